import type { SeededRandom, VirtualClock } from '@parley/testkit';
import type { Guarantee } from '../invariants/guarantees.ts';
import type { Oracle } from '../oracle/oracle.ts';
import type { FaultConditions } from './fault-conditions.ts';

/** What every part of a simulated world stands on. */
export interface SimContext {
  readonly clock: VirtualClock;
  /** Fork it by name before drawing: what one part draws must not move the others. */
  readonly random: SeededRandom;
  readonly oracle: Oracle;
  /** As it is now. */
  readonly conditions: FaultConditions;
  /** For how long the weather has been calm, and every node up. */
  readonly faultFreeMs: () => number;
  /** Something happened that a run has to show it had. */
  readonly count: (what: string) => void;
  /** A line of the history; made only when somebody reads it. */
  readonly note: (line: () => string) => void;
  readonly reportViolation: (guarantee: Guarantee, what: string) => void;
}
