import type { Context, MiddlewareHandler } from 'hono';
import { addressKey } from '#client-address.ts';
import type { Clock } from '#ports/clock.ts';
import type { Rate } from '#token-bucket.ts';
import {
  HTTP_RATE_PER_ADDRESS,
  MAX_RATE_BUCKETS,
  SIGN_IN_RATE_PER_ACCOUNT,
  SIGN_IN_RATE_PER_ADDRESS,
  SIGN_UP_RATE_PER_ADDRESS,
} from '../limits.ts';
import type { HttpEnv } from './context.ts';
import { HttpError } from './http-error.ts';
import { createTokenBuckets, type TokenBuckets } from './token-buckets.ts';

export interface RateLimits {
  /** Counts a request. Throws `HttpError` above the limit. */
  request: MiddlewareHandler<HttpEnv>;
  signUp(c: Context<HttpEnv>): void;
  /** Counts by address, and by account and address together: by account alone, anyone could lock its owner out. */
  signIn(c: Context<HttpEnv>, email: string): void;
}

export function createRateLimits(clock: Clock, enabled: boolean): RateLimits {
  const buckets = (rate: Rate) => createTokenBuckets(rate, clock, MAX_RATE_BUCKETS);
  const requests = buckets(HTTP_RATE_PER_ADDRESS);
  const signUps = buckets(SIGN_UP_RATE_PER_ADDRESS);
  const signIns = buckets(SIGN_IN_RATE_PER_ADDRESS);
  const signInsToAccount = buckets(SIGN_IN_RATE_PER_ACCOUNT);

  function take(from: TokenBuckets, key: string): void {
    const retryAfterMs = enabled ? from.take(key) : 0;
    if (retryAfterMs > 0) throw new HttpError({ code: 'rate_limited', message: 'too many requests', retryAfterMs });
  }

  return {
    async request(c, next) {
      take(requests, addressKey(c.get('address')));
      await next();
    },
    signUp: (c) => take(signUps, addressKey(c.get('address'))),
    signIn(c, email) {
      const key = addressKey(c.get('address'));
      take(signIns, key);
      take(signInsToAccount, `${key} ${email.toLowerCase()}`);
    },
  };
}
