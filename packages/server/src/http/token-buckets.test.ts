import { expect, test } from 'vitest';
import { createTokenBuckets } from './token-buckets.ts';

const RATE = { burst: 2, perSecond: 0.5 };

function manualClock() {
  let nowMs = 0;
  return {
    now: () => nowMs,
    elapsed: () => nowMs,
    after: () => () => {},
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('a key can use its burst, and then has to wait as long as reported', () => {
  const clock = manualClock();
  const buckets = createTokenBuckets(RATE, clock, 10);
  expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 2_000]);
  clock.pass(1_999);
  expect(buckets.take('a')).toBeGreaterThan(0);
  clock.pass(1);
  expect(buckets.take('a')).toBe(0);
});

test('a key does not use up the tokens of another', () => {
  const buckets = createTokenBuckets(RATE, manualClock(), 10);
  buckets.take('a');
  buckets.take('a');
  expect(buckets.take('b')).toBe(0);
});

test('invented keys do not evict the bucket of a key that is under attack', () => {
  const buckets = createTokenBuckets(RATE, manualClock(), 3);
  buckets.take('victim');
  buckets.take('victim');
  for (let number = 0; number < 100; number += 1) {
    buckets.take(`made-up-${number}`);
    expect(buckets.take('victim')).toBeGreaterThan(0);
  }
});

test('an evicted key starts with a full bucket', () => {
  const buckets = createTokenBuckets(RATE, manualClock(), 1);
  buckets.take('a');
  buckets.take('a');
  buckets.take('b');
  expect(buckets.take('a')).toBe(0);
});
