import type { Clock } from './environment.ts';

/** One timer that can be set again at any time. */
export class DeadlineTimer {
  readonly #deps: { readonly clock: Clock };
  readonly #onDeadline: () => void;
  #atMs = Number.POSITIVE_INFINITY;
  #stop: (() => void) | null = null;

  constructor(deps: { readonly clock: Clock }, onDeadline: () => void) {
    this.#deps = deps;
    this.#onDeadline = onDeadline;
  }

  /** `atMs` infinite: the timer is off. */
  set(atMs: number): void {
    if (atMs === this.#atMs) return;
    this.#stop?.();
    this.#stop = null;
    this.#atMs = atMs;
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.#stop = this.#deps.clock.after(Math.max(0, atMs - this.#deps.clock.now()), () => {
      this.#atMs = Number.POSITIVE_INFINITY;
      this.#onDeadline();
    });
  }
}
