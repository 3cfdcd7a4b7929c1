import { DeadlineTimer } from './deadline-timer.ts';
import type { Clock } from './environment.ts';
import type { Readable } from './parley-client.ts';
import { reuseIfEqual } from './structural-sharing.ts';

/** Readers hear of frames at most this often: one painted picture at 60 a second. `get` is never late. */
const FRAME_INTERVAL_MS = 16;

/** `shown` is what it answered before. */
type Compute<I, T> = (inputs: I, shown: T | undefined) => T;

export interface ObservableReadable<T> extends Readable<T> {
  /** Somebody subscribed. */
  isWatched(): boolean;
}

/** Values derived from the client's state, and those who want to hear when they change. */
export class Readables {
  readonly #clock: Clock;
  /** Each calls its subscribers if its value is another one than they last heard of. */
  readonly #watched = new Set<() => void>();
  #depth = 0;
  #notifiedMs = Number.NEGATIVE_INFINITY;
  readonly #timer: DeadlineTimer;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timer = new DeadlineTimer({ clock }, () => this.#notify());
  }

  /** `compute` runs again only after one of `inputs` became another object. A result that looks the same is the same. */
  readable<const I extends readonly unknown[], T>(inputs: () => I, compute: Compute<I, T>): ObservableReadable<T> {
    const get = memoize(inputs, compute);
    const subscribers = new Set<{ readonly changed: () => void }>();
    let notified = get();
    const check = (): void => {
      const value = get();
      if (value === notified) return;
      notified = value;
      const listeners = [...subscribers];
      for (const { changed } of listeners) changed();
    };
    return {
      get,
      isWatched: () => subscribers.size > 0,
      subscribe: (changed) => {
        const subscriber = { changed };
        if (subscribers.size === 0) notified = get();
        subscribers.add(subscriber);
        this.#watched.add(check);
        return () => {
          subscribers.delete(subscriber);
          if (subscribers.size === 0) this.#watched.delete(check);
        };
      },
    };
  }

  /** Runs something the user did: readers hear of all its changes at once, when it is done. */
  batch<T>(run: () => T): T {
    return this.#run(run, () => this.#notify());
  }

  /** Runs something the network did: like `action`, but a crowd of frames is told of together. */
  batchFrames(run: () => void): void {
    this.#run(run, () => this.#notifySoon());
  }

  close(): void {
    this.#timer.set(Number.POSITIVE_INFINITY);
  }

  #run<T>(run: () => T, notify: () => void): T {
    this.#depth += 1;
    try {
      return run();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) notify();
    }
  }

  #notifySoon(): void {
    const dueMs = this.#notifiedMs + FRAME_INTERVAL_MS;
    if (dueMs <= this.#clock.now()) this.#notify();
    else this.#timer.set(dueMs);
  }

  #notify(): void {
    this.close();
    this.#notifiedMs = this.#clock.now();
    const watched = [...this.#watched];
    for (const check of watched) check();
  }
}

function memoize<I extends readonly unknown[], T>(inputs: () => I, compute: Compute<I, T>): () => T {
  let known: { readonly inputs: I; readonly value: T } | null = null;
  return () => {
    const now = inputs();
    if (known === null || now.some((input, index) => input !== known?.inputs[index])) {
      known = { inputs: now, value: reuseIfEqual(known?.value, compute(now, known?.value)) };
    }
    return known.value;
  };
}
