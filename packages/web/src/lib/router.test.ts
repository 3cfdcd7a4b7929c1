import { expect, test } from 'vitest';
import { formatRoute, parseRoute, type Route } from './router.ts';

test.each<Route>([
  { name: 'home' },
  { name: 'channel', channel: 'c_1', atSeq: null },
  { name: 'channel', channel: 'c_1', atSeq: 42 },
  { name: 'dm', user: 'u_1' },
  { name: 'join', code: 'a b/c?d' },
])('an address formatted from a route is parsed to the same route: %o', (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

test.each(['', '/', '/c', '/c/', '/x/1', '/c/1/2', '/join/%E0%A4%A'])(
  'the address "%s" is the home route',
  (address) => {
    expect(parseRoute(address)).toEqual({ name: 'home' });
  },
);

test.each(['0', '-1', '1.5', 'x', '', '9'.repeat(20)])('an address with at=%s has no message', (at) => {
  expect(parseRoute(`/c/1?at=${at}`)).toEqual({ name: 'channel', channel: '1', atSeq: null });
});
