interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly task: () => void;
}

/** A clock that stands still until told. Fits the clock ports of client and server. */
export class VirtualClock {
  #elapsedMs = 0;
  #offsetMs: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

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
    const timer: Timer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), order: (this.#order += 1), task };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Lets `ms` go by, running what falls due in its order, and after each what it set off on the microtask queue. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    await settle();
    for (let timer = this.#next(untilMs); timer !== null; timer = this.#next(untilMs)) {
      this.#timers.delete(timer);
      this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueMs);
      timer.task();
      await settle();
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

  #next(untilMs: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) if (timer.dueMs <= untilMs && isBefore(timer, next)) next = timer;
    return next;
  }
}

function isBefore(timer: Timer, other: Timer | null): boolean {
  return other === null || timer.dueMs < other.dueMs || (timer.dueMs === other.dueMs && timer.order < other.order);
}

/** Waits until promises that were ready have run, and those they made ready. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
}
