import type { VirtualClock } from './virtual-clock.ts';

type State =
  | { readonly name: 'running' }
  /** Paused, or running the tasks that were queued meanwhile, in order. */
  | { readonly name: 'asleep' | 'waking'; readonly waiting: (() => void)[] }
  | { readonly name: 'dead' };

/**
 * A simulated process and its clock. It can be paused, killed, and have a clock skew. Every task in it runs through `run` or
 * `after`. Implements the clock ports of client and server.
 */
export class SimulatedProcess {
  readonly #clock: VirtualClock;
  #offsetMs = 0;
  #state: State = { name: 'running' };

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get isDead(): boolean {
    return this.#state.name === 'dead';
  }

  get isAsleep(): boolean {
    return this.#state.name === 'asleep';
  }

  get isRunning(): boolean {
    return this.#state.name === 'running';
  }

  now(): number {
    return this.#clock.now() + this.#offsetMs;
  }

  elapsed(): number {
    return this.#clock.elapsed();
  }

  after(delayMs: number, task: () => void): () => void {
    let isCancelled = false;
    const undo = this.#clock.after(delayMs, () =>
      this.run(() => {
        if (!isCancelled) task();
      }),
    );
    return () => {
      isCancelled = true;
      undo();
    };
  }

  /** Runs a task now. A sleeping process runs it when it wakes, a dead one never. */
  run(task: () => void): void {
    if (this.#state.name === 'running') task();
    else if (this.#state.name !== 'dead') this.#state.waiting.push(task);
  }

  /** Resolves after `delayMs` in this process; never if it dies before. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  sleep(): void {
    if (this.#state.name === 'running') this.#state = { name: 'asleep', waiting: [] };
    else if (this.#state.name === 'waking') this.#state = { name: 'asleep', waiting: this.#state.waiting };
  }

  /** Runs the queued tasks one after the other, before new ones. */
  wake(): void {
    if (this.#state.name !== 'asleep') return;
    const waking: State = { name: 'waking', waiting: this.#state.waiting };
    this.#state = waking;
    const next = (): void => {
      if (this.#state !== waking) return;
      const task = waking.waiting.shift();
      if (task === undefined) {
        this.#state = { name: 'running' };
        return;
      }
      task();
      this.#clock.after(0, next);
    };
    this.#clock.after(0, next);
  }

  /** No task runs after this. */
  kill(): void {
    this.#state = { name: 'dead' };
  }

  /** Moves its clock forward, or back. */
  skewClock(ms: number): void {
    this.#offsetMs += ms;
  }
}
