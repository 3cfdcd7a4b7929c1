import { CLOCK_SAMPLES } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Store } from '#ports/store.ts';

/** A moment by the store's clock, and by how much it may be wrong; both in milliseconds. */
export interface StoreTime {
  readonly atMs: number;
  readonly errorMs: number;
}

/**
 * What time the store would say it is, without asking: the one time that all nodes agree on, whatever their own clocks say.
 * Each answer bounds the difference by the time it took (as NTP does), and the quickest of the last answers counts.
 */
export interface StoreClock {
  /** Asks once. Rejects when the store does. */
  measure(): Promise<void>;
  /** The store's time at a moment of this node's `elapsed`. Before the first answer nothing is known. */
  at(elapsedMs: number): StoreTime;
}

const UNKNOWN: StoreTime = { atMs: 0, errorMs: Number.MAX_SAFE_INTEGER };

export function createStoreClock(store: Pick<Store, 'now'>, clock: Pick<Clock, 'elapsed'>): StoreClock {
  const samples: { readonly offsetMs: number; readonly errorMs: number }[] = [];
  return {
    async measure() {
      const askedMs = clock.elapsed();
      const storeMs = await store.now();
      const tookMs = clock.elapsed() - askedMs;
      // The database tells whole milliseconds.
      samples.push({ offsetMs: storeMs - (askedMs + tookMs / 2), errorMs: tookMs / 2 + 1 });
      if (samples.length > CLOCK_SAMPLES) samples.shift();
    },
    at(elapsedMs) {
      const [first, ...others] = samples;
      if (first === undefined) return UNKNOWN;
      const { offsetMs, errorMs } = others.reduce((best, one) => (one.errorMs < best.errorMs ? one : best), first);
      return { atMs: elapsedMs + offsetMs, errorMs };
    },
  };
}
