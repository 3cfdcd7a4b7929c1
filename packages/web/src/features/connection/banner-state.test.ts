import type { ConnectionStatus } from '@parley/client';
import { expect, test } from 'vitest';
import { bannerState, NO_OUTAGE, type Outage, nextOutage } from './banner-state.ts';

const ONLINE: ConnectionStatus = { name: 'online' };
const connecting: ConnectionStatus = { name: 'connecting', attempt: 1, sinceMs: 0 };
const waitingUntil = (retryAtMs: number): ConnectionStatus => ({
  name: 'waiting',
  attempt: 2,
  sinceMs: 0,
  retryAtMs,
  reason: 'disconnected',
});

const wasOnline = nextOutage(NO_OUTAGE, ONLINE, 0);
const lostAt = (ms: number): Outage => nextOutage(wasOnline, waitingUntil(ms + 500), ms);

test('the banner stays hidden for three seconds', () => {
  const outage = lostAt(1_000);
  expect(bannerState(outage, connecting, 3_999)).toEqual({ name: 'hidden' });
  expect(bannerState(outage, connecting, 4_000)).toEqual({ name: 'reconnecting', isFirst: false });
});

test('an outage lasts from its start, regardless of reconnect attempts', () => {
  const later = nextOutage(nextOutage(lostAt(1_000), connecting, 2_000), waitingUntil(9_000), 3_000);
  expect(later.sinceMs).toBe(1_000);
});

test('the banner counts down to the next attempt after ten seconds', () => {
  const outage = lostAt(0);
  expect(bannerState(outage, waitingUntil(14_400), 10_000)).toEqual({ name: 'countdown', isFirst: false, seconds: 5 });
  expect(bannerState(outage, waitingUntil(9_000), 10_000)).toMatchObject({ seconds: 1 });
  expect(bannerState(outage, connecting, 10_000)).toMatchObject({ seconds: null });
});

test('the banner shows for a second and a half that the connection is restored', () => {
  const back = nextOutage(lostAt(0), ONLINE, 5_000);
  expect(bannerState(back, ONLINE, 6_499)).toEqual({ name: 'restored' });
  expect(bannerState(back, ONLINE, 6_500)).toEqual({ name: 'hidden' });
});

test('the end of an outage that was not shown is not shown either', () => {
  expect(bannerState(nextOutage(lostAt(0), ONLINE, 2_000), ONLINE, 2_001)).toEqual({ name: 'hidden' });
});

test('the first connection is not shown as restored', () => {
  const slow = nextOutage(NO_OUTAGE, connecting, 0);
  expect(bannerState(slow, connecting, 3_000)).toEqual({ name: 'reconnecting', isFirst: true });
  expect(bannerState(nextOutage(slow, ONLINE, 5_000), ONLINE, 5_001)).toEqual({ name: 'hidden' });
});

test('a stopped connection hides the banner, because it has a dialog of its own', () => {
  const stopped: ConnectionStatus = { name: 'stopped', reason: 'superseded' };
  expect(bannerState(nextOutage(lostAt(0), stopped, 60_000), stopped, 60_000)).toEqual({ name: 'hidden' });
});
