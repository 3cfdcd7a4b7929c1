import { VirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';
import { FLUSH_THROTTLE_RATIO, MAX_FLUSH_THROTTLE_MS } from '#limits.ts';
import { FlushThrottle } from './flush-throttle.ts';

test('a rest lasts a part of what the fan-out took, and says once that it is over', async () => {
  const clock = new VirtualClock();
  const rest = new FlushThrottle(clock);
  let overs = 0;
  const isOn = () => rest.isActive(() => (overs += 1));
  expect(isOn()).toBe(false);
  rest.start(50);
  expect([isOn(), isOn()]).toEqual([true, true]);
  await clock.advance(50 * FLUSH_THROTTLE_RATIO - 1);
  expect([isOn(), overs]).toEqual([true, 0]);
  await clock.advance(1);
  expect([isOn(), overs]).toEqual([false, 1]);
});

test('a rest is never long, and there is none after what took no time', async () => {
  const clock = new VirtualClock();
  const rest = new FlushThrottle(clock);
  const isOn = () => rest.isActive(() => undefined);
  rest.start(60_000);
  await clock.advance(MAX_FLUSH_THROTTLE_MS - 1);
  expect(isOn()).toBe(true);
  await clock.advance(1);
  expect(isOn()).toBe(false);
  rest.start(2);
  expect(isOn()).toBe(false);
});
