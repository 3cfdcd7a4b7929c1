import { TimerQueue, type Timer } from './timer-queue.ts';

/** A clock that only `advance` moves. Implements the clock ports of client and server. */
export class VirtualClock {
  #elapsedMs = 0;
  #offsetMs: number;
  #order = 0;
  readonly #timers = new TimerQueue();

  /** `startMs`: the initial `now`, milliseconds since the epoch. */
  constructor(startMs = 1_790_000_000_000) {
    this.#offsetMs = startMs;
  }

  now(): number {
    return this.#offsetMs + this.#elapsedMs;
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, task: () => void): () => void {
    return this.at(this.#elapsedMs + delayMs, task);
  }

  /** Runs `task` once, when `elapsed` is `dueMs`. Timers with the same time run in the order of creation. */
  at(dueMs: number, task: () => void): () => void {
    this.#order += 1;
    const timer: Timer = { dueMs: Math.max(dueMs, this.#elapsedMs), order: this.#order, task, cancelled: false };
    this.#timers.add(timer);
    return () => this.#timers.cancel(timer);
  }

  /** Advances by `ms`. Runs the due timers in order, and after each all microtasks that it caused. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    await settle();
    for (let timer = this.#timers.take(untilMs); timer !== null; timer = this.#timers.take(untilMs)) {
      this.#elapsedMs = timer.dueMs;
      timer.task();
      await microtasksDrained();
    }
    this.#elapsedMs = untilMs;
  }

  /** Moves `now` without advancing time, like an administrator or NTP. */
  jump(ms: number): void {
    this.#offsetMs += ms;
  }

  /** The number of pending timers. */
  get pending(): number {
    return this.#timers.size;
  }
}

/** Waits until the microtask queue is empty, including microtasks that earlier ones add. */
export async function settle(): Promise<void> {
  // The rest of this function runs in a microtask, as `microtasksDrained` requires.
  await Promise.resolve();
  await microtasksDrained();
}

/** Must be called from a microtask: Node runs next ticks once the microtask queue is empty. */
function microtasksDrained(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
