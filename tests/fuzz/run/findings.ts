import type { FuzzFrame } from '../frames/generate-frame.ts';

/** The server did what it must not. */
export class Finding extends Error {
  override readonly name = 'Finding';
  /** What was said before it, as far as it is known. */
  readonly frames: readonly FuzzFrame[];

  constructor(message: string, frames: readonly FuzzFrame[] = []) {
    super(message);
    this.frames = frames;
  }
}

/** What a run has seen: proof that it was not empty. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** In the order of their names. */
  entries(): readonly (readonly [what: string, count: number])[] {
    return [...this.#counts].toSorted(([a], [b]) => a.localeCompare(b));
  }
}
