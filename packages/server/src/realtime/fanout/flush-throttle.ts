import { FLUSH_THROTTLE_RATIO, MAX_FLUSH_THROTTLE_MS, MIN_FLUSH_THROTTLE_MS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';

/**
 * Delays the next flush after one that had several frames per channel, by a fraction of its duration. A flush is a write
 * for each socket, which costs about the same with one frame as with twenty: under load, a short delay makes fewer and
 * larger writes. A lone message is never delayed.
 */
export class FlushThrottle {
  readonly #clock: Pick<Clock, 'elapsed' | 'after'>;
  #untilMs = Number.NEGATIVE_INFINITY;
  #hasTimer = false;

  constructor(clock: Pick<Clock, 'elapsed' | 'after'>) {
    this.#clock = clock;
  }

  /** Called after a flush that took `flushMs`. */
  start(flushMs: number): void {
    const throttleMs = Math.min(flushMs * FLUSH_THROTTLE_RATIO, MAX_FLUSH_THROTTLE_MS);
    if (throttleMs >= MIN_FLUSH_THROTTLE_MS) this.#untilMs = this.#clock.elapsed() + throttleMs;
  }

  /** While it is active, `onEnd` is called at its end, once for any number of calls. */
  isActive(onEnd: () => void): boolean {
    const leftMs = this.#untilMs - this.#clock.elapsed();
    if (leftMs <= 0) return false;
    if (!this.#hasTimer) {
      this.#hasTimer = true;
      this.#clock.after(leftMs, () => {
        this.#hasTimer = false;
        onEnd();
      });
    }
    return true;
  }
}
