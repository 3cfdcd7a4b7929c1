import type { Clock } from '#ports/clock.ts';
import { TokenBucket, type Rate } from '#token-bucket.ts';

/** One token bucket per key, such as an address or an account. */
export interface TokenBuckets {
  /** Takes one token. Returns 0, or the milliseconds until one is available. */
  take(key: string): number;
}

/**
 * `max` bounds the memory. Beyond it the least recently used bucket is dropped: it is nearly the fullest, and never one
 * that is under attack.
 */
export function createTokenBuckets(rate: Rate, clock: Clock, max: number): TokenBuckets {
  const buckets = new Map<string, TokenBucket>();
  return {
    take(key) {
      const bucket = buckets.get(key) ?? new TokenBucket(rate, clock.elapsed());
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > max) buckets.delete(buckets.keys().next().value ?? key);
      return bucket.take(clock.elapsed()) ? 0 : bucket.waitMs();
    },
  };
}
