import { expect, test } from 'vitest';
import { readNatsAddress } from './nats-address.ts';

test.each([
  ['nats://bus', { servers: ['bus:4222'] }],
  ['nats://bus:4000', { servers: ['bus:4000'] }],
  ['nats://[::1]:4000', { servers: ['[::1]:4000'] }],
  ['tls://bus', { servers: ['bus:4222'], tls: {} }],
  ['nats://t%2Fken@bus', { servers: ['bus:4222'], token: 't/ken' }],
  ['nats://ada:p%40ss@bus', { servers: ['bus:4222'], user: 'ada', pass: 'p@ss' }],
  ['nats://ada:secret@a, nats://b:5', { servers: ['a:4222', 'b:5'], user: 'ada', pass: 'secret' }],
])('%s', (url, address) => {
  expect(readNatsAddress(url)).toEqual(address);
});
