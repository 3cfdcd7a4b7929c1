import { TimerQueue, type Timer } from './timer-queue.ts';

/** A clock that stands still until told. Fits the clock ports of client and server. */
export class VirtualClock {
  #elapsedMs = 0;
  #offsetMs: number;
  #order = 0;
  readonly #timers = new TimerQueue();

  /** `startMs`: what `now` says at first, milliseconds since the epoch. */
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

  /** Runs `task` once, when `elapsed` is `dueMs`. What has the same moment runs in the order in which it was asked for. */
  at(dueMs: number, task: () => void): () => void {
    this.#order += 1;
    const timer: Timer = { dueMs: Math.max(dueMs, this.#elapsedMs), order: this.#order, task, cancelled: false };
    this.#timers.add(timer);
    return () => this.#timers.cancel(timer);
  }

  /** Lets `ms` go by, running what falls due in its order, and after each what it set off on the microtask queue. */
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

  /** Moves `now` without letting time go by, as an administrator or NTP does. */
  jump(ms: number): void {
    this.#offsetMs += ms;
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }
}

/** Waits until no promise is left that is ready: all that were have run, and all that those made ready. */
export async function settle(): Promise<void> {
  // From now on we are in a microtask ourselves, as `drained` needs.
  await Promise.resolve();
  await microtasksDrained();
}

/** Called from a microtask: Node runs its next ticks when the queue of microtasks is empty. */
function microtasksDrained(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
