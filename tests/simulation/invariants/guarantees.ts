/** The guarantees of `docs/guarantees.md`, as named in violations. */
export const GUARANTEES = [
  'G1 durable',
  'G2 once',
  'G3 one order',
  'G4 no silent gap',
  'G5 convergence',
  'G6 members only',
  'G7 revocation',
  'G8 honest optimism',
  'G9 ephemeral',
  'G10 bounded',
  'G11 no false ack',
  'G12 restart',
  /** Not a promise of its own: events that only a bug can cause. */
  'internal error',
] as const;

export type Guarantee = (typeof GUARANTEES)[number];

/** A violation without its time. */
export interface Problem {
  readonly guarantee: Guarantee;
  readonly what: string;
}

export interface Violation extends Problem {
  /** Since the start of the simulation. */
  readonly atMs: number;
}
