import { expect, test } from 'vitest';
import { createTokenBuckets } from './token-buckets.ts';

const RATE = { burst: 2, perSecond: 0.5 };

function stoppedClock() {
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

test('a key has its burst, then waits as long as it is told', () => {
  const clock = stoppedClock();
  const buckets = createTokenBuckets(RATE, clock, 10);
  expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 2_000]);
  clock.pass(1_999);
  expect(buckets.take('a')).toBeGreaterThan(0);
  clock.pass(1);
  expect(buckets.take('a')).toBe(0);
});

test('one key does not use up the tokens of another', () => {
  const buckets = createTokenBuckets(RATE, stoppedClock(), 10);
  buckets.take('a');
  buckets.take('a');
  expect(buckets.take('b')).toBe(0);
});

test('making up keys does not free the one that is hammered at', () => {
  const buckets = createTokenBuckets(RATE, stoppedClock(), 3);
  buckets.take('victim');
  buckets.take('victim');
  for (let number = 0; number < 100; number += 1) {
    buckets.take(`made-up-${number}`);
    expect(buckets.take('victim')).toBeGreaterThan(0);
  }
});

test('a key that was forgotten starts anew', () => {
  const buckets = createTokenBuckets(RATE, stoppedClock(), 1);
  buckets.take('a');
  buckets.take('a');
  buckets.take('b');
  expect(buckets.take('a')).toBe(0);
});
