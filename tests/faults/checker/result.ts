export type Law =
  | 'lost'
  | 'gone'
  | 'unexpected'
  | 'doubled'
  | 'another place'
  | 'order of one sender'
  | 'order of acknowledgements'
  | 'hole'
  | 'seen differently'
  | 'gap in what was told'
  | 'refused but stored'
  | 'bug shows'
  | 'another state'
  | 'shown wrongly'
  | 'vanished'
  | 'late'
  | 'out of bounds'
  | 'proves nothing';

export interface Violation {
  readonly law: Law;
  readonly what: string;
  /** Line of the history file, from 1; 0 for what only the whole file shows. */
  readonly line: number;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  /** What happened, and how often. */
  readonly counts: Readonly<Record<string, number>>;
  /** Milliseconds after the last fault until each client program showed everything, in ascending order. */
  readonly convergedMs: readonly number[];
  /** The same, after it was connected again and nobody had anything left to send. */
  readonly wholeAfterOnlineMs: readonly number[];
}

export type Report = (law: Law, what: string, line: number) => void;
