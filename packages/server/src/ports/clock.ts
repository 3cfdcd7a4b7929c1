export interface Clock {
  /** Milliseconds since the epoch, UTC. May jump. */
  now(): number;
  /** Monotonic milliseconds since an arbitrary time, for durations. */
  elapsed(): number;
  /** Runs `task` once after `delayMs`. Returns the function that cancels it, which may be called late or twice. */
  after(delayMs: number, task: () => void): () => void;
}
