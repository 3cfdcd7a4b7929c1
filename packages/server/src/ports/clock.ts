export interface Clock {
  /** Milliseconds since the epoch, UTC. May jump. */
  now(): number;
  /** Milliseconds since some moment, at one pace, never back: for durations. */
  elapsed(): number;
  /** Runs `task` once after `delayMs`. Returns its undo, which may be called late or twice. */
  after(delayMs: number, task: () => void): () => void;
}
