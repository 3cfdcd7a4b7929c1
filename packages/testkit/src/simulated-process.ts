import type { VirtualClock } from './virtual-clock.ts';

type State =
  | { readonly name: 'running' }
  /** Stopped, or catching up with what came meanwhile, in its order. */
  | { readonly name: 'asleep' | 'waking'; readonly waiting: (() => void)[] }
  | { readonly name: 'dead' };

/**
 * A computer in a simulated world, and its clock: it can fall asleep, die, and be wrong about the time. Everything that
 * happens on it goes through `run` or `after`. Fits the clock ports of client and server.
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
    let wanted = true;
    const undo = this.#clock.after(delayMs, () =>
      this.run(() => {
        if (wanted) task();
      }),
    );
    return () => {
      wanted = false;
      undo();
    };
  }

  /** Runs a task now; when awake again, if it is asleep; never, if it is dead. */
  run(task: () => void): void {
    if (this.#state.name === 'running') task();
    else if (this.#state.name !== 'dead') this.#state.waiting.push(task);
  }

  /** Resolves after `delayMs` on this machine; never, if it dies before. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  sleep(): void {
    if (this.#state.name === 'running') this.#state = { name: 'asleep', waiting: [] };
    else if (this.#state.name === 'waking') this.#state = { name: 'asleep', waiting: this.#state.waiting };
  }

  /** What came while it slept happens now, one after the other, before anything new. */
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

  /** Nothing happens on it any more. */
  kill(): void {
    this.#state = { name: 'dead' };
  }

  /** Sets its clock forward, or back. */
  skewClock(ms: number): void {
    this.#offsetMs += ms;
  }
}
