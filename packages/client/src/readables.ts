import { DeadlineTimer } from './deadline-timer.ts';
import type { Clock } from './environment.ts';
import type { Readable } from './parley-client.ts';
import { reuseIfEqual } from './structural-sharing.ts';

/** Frames notify subscribers at most this often: once per picture at 60 a second. `get` is always current. */
const FRAME_INTERVAL_MS = 16;

/** `shown` is the last result. */
type Compute<I, T> = (inputs: I, shown: T | undefined) => T;

export interface ObservableReadable<T> extends Readable<T> {
  /** It has a subscriber. */
  isWatched(): boolean;
}

/** Values derived from the client's state, and their subscribers. */
export class Readables {
  readonly #clock: Clock;
  /** Each notifies its subscribers if its value has changed since it last did. */
  readonly #watched = new Set<() => void>();
  #depth = 0;
  #notifiedMs = Number.NEGATIVE_INFINITY;
  readonly #timer: DeadlineTimer;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timer = new DeadlineTimer({ clock }, () => this.#notify());
  }

  /** `compute` runs again only after one of `inputs` has become another object. An equal result stays the same object. */
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

  /** Runs an action of the user, then notifies subscribers once of all its changes. */
  batch<T>(run: () => T): T {
    return this.#run(run, () => this.#notify());
  }

  /** Runs the handler of a frame. Like `batch`, but a burst of frames causes one notification. */
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
