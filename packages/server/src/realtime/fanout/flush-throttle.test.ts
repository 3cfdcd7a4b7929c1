import { VirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';
import { FLUSH_THROTTLE_RATIO, MAX_FLUSH_THROTTLE_MS } from '#limits.ts';
import { FlushThrottle } from './flush-throttle.ts';

test('the throttle lasts a fraction of the flush and reports its end once', async () => {
  const clock = new VirtualClock();
  const throttle = new FlushThrottle(clock);
  let ends = 0;
  const isActive = () => throttle.isActive(() => (ends += 1));
  expect(isActive()).toBe(false);
  throttle.start(50);
  expect([isActive(), isActive()]).toEqual([true, true]);
  await clock.advance(50 * FLUSH_THROTTLE_RATIO - 1);
  expect([isActive(), ends]).toEqual([true, 0]);
  await clock.advance(1);
  expect([isActive(), ends]).toEqual([false, 1]);
});

test('the throttle has a maximum, and a short flush starts none', async () => {
  const clock = new VirtualClock();
  const throttle = new FlushThrottle(clock);
  const isActive = () => throttle.isActive(() => undefined);
  throttle.start(60_000);
  await clock.advance(MAX_FLUSH_THROTTLE_MS - 1);
  expect(isActive()).toBe(true);
  await clock.advance(1);
  expect(isActive()).toBe(false);
  throttle.start(2);
  expect(isActive()).toBe(false);
});
