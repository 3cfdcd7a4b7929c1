import type { FuzzFrame } from '../frames/generate-frame.ts';

/** A violation by the server. */
export class Finding extends Error {
  override readonly name = 'Finding';
  /** The frames that may have caused it, as far as known. */
  readonly frames: readonly FuzzFrame[];

  constructor(message: string, frames: readonly FuzzFrame[] = []) {
    super(message);
    this.frames = frames;
  }
}

/** Counts what happened in a run, so that an empty run does not pass. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** All counts, sorted by name. */
  entries(): readonly (readonly [what: string, count: number])[] {
    return [...this.#counts].toSorted(([a], [b]) => a.localeCompare(b));
  }
}
