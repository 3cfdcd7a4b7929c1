import { StoreUnavailable } from '#ports/store.ts';

/** Transactions that may wait for their turn; beyond it the caller is refused. */
const MAX_WAITING = 10_000;

/** One transaction at a time, in the order in which they asked: a transaction on the only writing connection is never interleaved. */
export class WriteMutex {
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  /** Resolves, when the turn has come, with what ends it. It may be called twice. */
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
