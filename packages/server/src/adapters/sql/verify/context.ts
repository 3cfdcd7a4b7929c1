import type { Selectable } from 'kysely';
import type { ChannelsTable } from '../channels.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Findings } from './findings.ts';
import type { LogQueries } from './log-queries.ts';

/** What the walk along the logs carries with it. */
export interface VerifyContext {
  readonly db: Snapshot;
  readonly queries: LogQueries;
  readonly findings: Findings;
  /** Rows looked at so far. */
  readonly counts: { channels: number; events: number; messages: number; members: number };
}

export type ChannelRow = Selectable<ChannelsTable>;
