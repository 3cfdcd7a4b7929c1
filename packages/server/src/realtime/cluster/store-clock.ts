import { CLOCK_SAMPLES } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Store } from '#ports/store.ts';

/** A time by the store's clock, and its maximum error; both in milliseconds. */
export interface StoreTime {
  readonly atMs: number;
  readonly errorMs: number;
}

/**
 * Estimates the time of the store, which is the same for all nodes, without a query. Each measurement bounds the offset by
 * its round-trip time, as NTP does; the fastest of the last measurements counts.
 */
export interface StoreClock {
  /** Reads the store's clock once. Rejects when the store does. */
  measure(): Promise<void>;
  /** The store's time at a time of this node's `elapsed`. Unknown before the first measurement. */
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
      // The database returns whole milliseconds.
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
