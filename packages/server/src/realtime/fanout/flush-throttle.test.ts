import { VirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';
import { FANOUT_REST_PART, MAX_FANOUT_REST_MS } from '#limits.ts';
import { FanoutRest } from './flush-throttle.ts';

test('a rest lasts a part of what the fan-out took, and says once that it is over', async () => {
  const clock = new VirtualClock();
  const rest = new FanoutRest(clock);
  let overs = 0;
  const isOn = () => rest.isOn(() => (overs += 1));
  expect(isOn()).toBe(false);
  rest.begin(50);
  expect([isOn(), isOn()]).toEqual([true, true]);
  await clock.advance(50 * FANOUT_REST_PART - 1);
  expect([isOn(), overs]).toEqual([true, 0]);
  await clock.advance(1);
  expect([isOn(), overs]).toEqual([false, 1]);
});

test('a rest is never long, and there is none after what took no time', async () => {
  const clock = new VirtualClock();
  const rest = new FanoutRest(clock);
  const isOn = () => rest.isOn(() => undefined);
  rest.begin(60_000);
  await clock.advance(MAX_FANOUT_REST_MS - 1);
  expect(isOn()).toBe(true);
  await clock.advance(1);
  expect(isOn()).toBe(false);
  rest.begin(2);
  expect(isOn()).toBe(false);
});
