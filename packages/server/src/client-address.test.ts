import { describe, expect, test } from 'vitest';
import { addressKey, clientAddress, isAddressRange, isFromPrivateNetwork } from './client-address.ts';

const from = (remoteAddress: string | undefined, forwarded?: string) => ({
  socket: { remoteAddress },
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
});

describe('client address', () => {
  test('the client address is that of the socket without a proxy', () => {
    expect(clientAddress(from('203.0.113.7'), [])).toBe('203.0.113.7');
    expect(clientAddress(from('::ffff:203.0.113.7'), [])).toBe('203.0.113.7');
    expect(clientAddress(from(undefined), [])).toBe('unknown');
  });

  test('a client can not choose its own address', () => {
    expect(clientAddress(from('203.0.113.7', '198.51.100.1'), [])).toBe('203.0.113.7');
    expect(clientAddress(from('203.0.113.7', '198.51.100.1'), ['10.0.0.0/8'])).toBe('203.0.113.7');
  });

  test('behind a trusted proxy it is the last one that the proxy saw', () => {
    expect(clientAddress(from('10.0.0.2', '203.0.113.7'), ['10.0.0.0/8'])).toBe('203.0.113.7');
    expect(clientAddress(from('::ffff:10.0.0.2', '203.0.113.7'), ['10.0.0.0/8'])).toBe('203.0.113.7');
  });

  test('a client can not forge its address through a trusted proxy', () => {
    expect(clientAddress(from('10.0.0.2', '198.51.100.1, 203.0.113.7'), ['10.0.0.0/8'])).toBe('203.0.113.7');
    expect(clientAddress(from('10.0.0.2', '127.0.0.1, 203.0.113.7, 10.0.0.3'), ['10.0.0.0/8'])).toBe('203.0.113.7');
  });

  test('an invalid header yields the address of the proxy', () => {
    expect(clientAddress(from('10.0.0.2', 'nonsense'), ['10.0.0.0/8'])).toBe('10.0.0.2');
    expect(clientAddress(from('10.0.0.2', ''), ['10.0.0.0/8'])).toBe('10.0.0.2');
    expect(clientAddress(from('10.0.0.2'), ['10.0.0.0/8'])).toBe('10.0.0.2');
  });

  test('all addresses of an IPv6 network have the same key', () => {
    expect(addressKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(addressKey('2001:db8:1:2::9')).toBe(addressKey('2001:0db8:1:2:ffff::1'));
    expect(addressKey('2001:db8::1')).not.toBe(addressKey('2001:db8:0:1::1'));
    expect(addressKey('::1')).toBe('0:0:0:0::/64');
    expect(addressKey('203.0.113.7')).toBe('203.0.113.7');
  });
});

describe('private network', () => {
  test.each(['127.0.0.1', '::1', '192.168.1.5', '10.1.2.3', '172.31.0.1', 'fd00::1', '::ffff:127.0.0.1'])(
    'a request from %s comes from a private network',
    (address) => {
      expect(isFromPrivateNetwork(from(address), [])).toBe(true);
    },
  );

  test('a request from the Internet does not come from a private network', () => {
    expect(isFromPrivateNetwork(from('203.0.113.7'), [])).toBe(false);
    expect(isFromPrivateNetwork(from(undefined), [])).toBe(false);
  });

  test('a request forwarded from the Internet does not come from a private network, even by an untrusted proxy', () => {
    expect(isFromPrivateNetwork(from('127.0.0.1', '203.0.113.7'), [])).toBe(false);
    expect(isFromPrivateNetwork(from('127.0.0.1', '203.0.113.7'), ['127.0.0.1'])).toBe(false);
    expect(isFromPrivateNetwork(from('127.0.0.1', '192.168.1.5'), ['127.0.0.1'])).toBe(true);
    expect(isFromPrivateNetwork(from('127.0.0.1', '192.168.1.5'), [])).toBe(false);
  });
});

test.each([
  ['10.0.0.0/8', true],
  ['10.0.0.1', true],
  ['::1/128', true],
  ['10.0.0.0/33', false],
  ['10.0.0.0/8/8', false],
  ['example.org', false],
  ['', false],
])('address range %s is valid: %s', (text, is) => {
  expect(isAddressRange(text)).toBe(is);
});
