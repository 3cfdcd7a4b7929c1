export type ViolationKind =
  | 'lost'
  | 'gone'
  | 'unexpected'
  | 'duplicate'
  | 'wrong position'
  | 'order of one sender'
  | 'order of acknowledgements'
  | 'hole'
  | 'inconsistent'
  | 'delivery gap'
  | 'refused but stored'
  | 'internal error'
  | 'wrong state'
  | 'wrong view'
  | 'unaccounted'
  | 'late'
  | 'out of bounds'
  | 'inconclusive';

export interface Violation {
  readonly kind: ViolationKind;
  readonly what: string;
  /** Line of the history file, from 1; 0 for a violation of the whole file. */
  readonly line: number;
}

export interface CheckResult {
  readonly violations: readonly Violation[];
  /** How often each kind of event occurred. */
  readonly counts: Readonly<Record<string, number>>;
  /** Milliseconds from the last fault until each SDK client showed everything, in ascending order. */
  readonly convergedMs: readonly number[];
  /** The same, counted from when it was connected and no client had anything left to send. */
  readonly convergedAfterOnlineMs: readonly number[];
}

export type Report = (kind: ViolationKind, what: string, line: number) => void;
