import { FLUSH_THROTTLE_RATIO, MAX_FLUSH_THROTTLE_MS, MIN_FLUSH_THROTTLE_MS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';

/**
 * After a fan-out of several events at once the next one waits a moment, a part of what that one took. That was a write for
 * each socket, which costs about the same with one event as with twenty: so where many talk, a little patience with those
 * who answer what they were just told makes fewer, larger writes. Whoever talks alone waits for nothing.
 */
export class FlushThrottle {
  readonly #clock: Pick<Clock, 'elapsed' | 'after'>;
  #untilMs = Number.NEGATIVE_INFINITY;
  #isTimed = false;

  constructor(clock: Pick<Clock, 'elapsed' | 'after'>) {
    this.#clock = clock;
  }

  start(tookMs: number): void {
    const restMs = Math.min(tookMs * FLUSH_THROTTLE_RATIO, MAX_FLUSH_THROTTLE_MS);
    if (restMs >= MIN_FLUSH_THROTTLE_MS) this.#untilMs = this.#clock.elapsed() + restMs;
  }

  /** When it is, `over` is called at its end, once however often it was asked. */
  isActive(over: () => void): boolean {
    const leftMs = this.#untilMs - this.#clock.elapsed();
    if (leftMs <= 0) return false;
    if (!this.#isTimed) {
      this.#isTimed = true;
      this.#clock.after(leftMs, () => {
        this.#isTimed = false;
        over();
      });
    }
    return true;
  }
}
