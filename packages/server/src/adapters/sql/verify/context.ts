import type { Snapshot } from '../snapshot.ts';
import type { Findings } from './findings.ts';

/** What a verification works with. */
export interface VerifyContext {
  readonly db: Snapshot;
  readonly findings: Findings;
  /** The number of rows checked so far. */
  readonly counts: { channels: number; events: number; messages: number; members: number };
}
