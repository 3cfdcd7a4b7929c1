import { keep } from './keep.ts';
import type { Readable } from './parley-client.ts';
import type { Clock } from './ports.ts';

/** Readers hear of frames at most this often: one painted picture at 60 a second. `get` is never late. */
const FRAME_INTERVAL_MS = 16;

/** `shown` is what it answered before. */
type Compute<I, T> = (inputs: I, shown: T | undefined) => T;

interface Reader {
  /** Calls its subscribers if the value is another one than they last heard of. */
  readonly check: () => void;
}

export interface Watchable<T> extends Readable<T> {
  /** Somebody subscribed. */
  isWatched(): boolean;
}

/** Values derived from the client's state, and those who want to hear when they change. */
export class Readers {
  readonly #clock: Clock;
  readonly #watched = new Set<Reader>();
  #depth = 0;
  #toldMs = Number.NEGATIVE_INFINITY;
  #stopTimer: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `compute` runs again only after one of `inputs` became another object. A result that looks the same is the same. */
  readable<const I extends readonly unknown[], T>(inputs: () => I, compute: Compute<I, T>): Watchable<T> {
    const get = memoize(inputs, compute);
    const subscribers = new Set<{ readonly changed: () => void }>();
    let told = get();
    const reader: Reader = {
      check: () => {
        const value = get();
        if (value === told) return;
        told = value;
        const listeners = [...subscribers];
        for (const { changed } of listeners) changed();
      },
    };
    return {
      get,
      isWatched: () => subscribers.size > 0,
      subscribe: (changed) => {
        const subscriber = { changed };
        if (subscribers.size === 0) told = get();
        subscribers.add(subscriber);
        this.#watched.add(reader);
        return () => {
          subscribers.delete(subscriber);
          if (subscribers.size === 0) this.#watched.delete(reader);
        };
      },
    };
  }

  /** Runs something the user did: readers hear of all its changes at once, when it is done. */
  action<T>(run: () => T): T {
    return this.#run(run, () => this.#tell());
  }

  /** Runs something the network did: like `action`, but a crowd of frames is told of together. */
  frame(run: () => void): void {
    this.#run(run, () => this.#tellSoon());
  }

  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  #run<T>(run: () => T, tell: () => void): T {
    this.#depth += 1;
    try {
      return run();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) tell();
    }
  }

  #tellSoon(): void {
    const waitMs = this.#toldMs + FRAME_INTERVAL_MS - this.#clock.now();
    if (waitMs <= 0) this.#tell();
    else this.#stopTimer ??= this.#clock.after(waitMs, () => this.#tell());
  }

  #tell(): void {
    this.close();
    this.#toldMs = this.#clock.now();
    const watched = [...this.#watched];
    for (const reader of watched) reader.check();
  }
}

function memoize<I extends readonly unknown[], T>(inputs: () => I, compute: Compute<I, T>): () => T {
  let known: { readonly inputs: I; readonly value: T } | null = null;
  return () => {
    const now = inputs();
    if (known === null || now.some((input, index) => input !== known?.inputs[index])) {
      known = { inputs: now, value: keep(known?.value, compute(now, known?.value)) };
    }
    return known.value;
  };
}
