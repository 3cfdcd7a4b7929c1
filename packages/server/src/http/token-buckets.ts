import type { Clock } from '#ports/clock.ts';
import { TokenBucket, type Rate } from '#token-bucket.ts';

/** One token bucket for each key: an address, an account. */
export interface TokenBuckets {
  /** Takes one token. Answers 0, or in how many milliseconds there will be one. */
  take(key: string): number;
}

/**
 * `max` bounds the memory. Beyond it the bucket that was used longest ago is forgotten: it is the fullest, near enough,
 * and one that is being hammered at is never it.
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
