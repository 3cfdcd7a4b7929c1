import { StoreUnavailable } from '#ports/store.ts';

/** The maximum number of waiting transactions. Further ones are rejected. */
const MAX_WAITING = 10_000;

/** Runs one transaction at a time, in the order of the calls, so that transactions on the only writing connection never interleave. */
export class WriteMutex {
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  /** Resolves with the function that releases the mutex, which may be called twice. */
  async acquire(): Promise<() => void> {
    if (this.#taken) {
      if (this.#waiting.length >= MAX_WAITING) throw new StoreUnavailable('too many transactions are waiting');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#taken = true;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken = false;
      else next();
    };
  }
}
