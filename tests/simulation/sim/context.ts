import type { SeededRandom, VirtualClock } from '@parley/testkit';
import type { Guarantee } from '../invariants/guarantees.ts';
import type { Oracle } from '../oracle/oracle.ts';
import type { FaultConditions } from './fault-conditions.ts';

/** What all parts of a simulation share. */
export interface SimContext {
  readonly clock: VirtualClock;
  /** Fork it by name before drawing, so that draws of one part do not affect the others. */
  readonly random: SeededRandom;
  readonly oracle: Oracle;
  /** The current conditions. */
  readonly conditions: FaultConditions;
  /** Time since the last fault. */
  readonly faultFreeMs: () => number;
  /** Counts an event for the coverage. */
  readonly count: (what: string) => void;
  /** Adds a line to the history. The line is built only if the history is recorded. */
  readonly note: (line: () => string) => void;
  readonly reportViolation: (guarantee: Guarantee, what: string) => void;
}
