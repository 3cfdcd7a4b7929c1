import { expect, test } from 'vitest';
import { testChannel as channel } from '../../testing/channel-fixture.ts';
import { inSidebarOrder, neighbour } from './order.ts';
import { badgeText, describeUnread, personalUnread } from './unread.ts';

const ordered = [channel('a'), channel('b', { unread: 1 }), channel('c'), channel('d', { unread: 2 })];
const step = (from: string | null, direction: 'up' | 'down', unreadOnly = false): string | undefined =>
  neighbour(ordered, { from, direction, unreadOnly })?.id;

test('channels come before direct messages, each group in its original order', () => {
  const all = [
    channel('d1', { kind: 'dm' }),
    channel('b'),
    channel('d0', { kind: 'dm' }),
    channel('a', { kind: 'private' }),
  ];
  expect(inSidebarOrder(all, false).map(({ id }) => id)).toEqual(['b', 'a', 'd1', 'd0']);
});

test('unread channels come first within their group only when enabled', () => {
  const all = [
    channel('a'),
    channel('b', { unread: 1 }),
    channel('d0', { kind: 'dm' }),
    channel('c', { unread: 2 }),
    channel('d1', { kind: 'dm', unread: 1 }),
  ];
  expect(inSidebarOrder(all, true).map(({ id }) => id)).toEqual(['b', 'c', 'a', 'd1', 'd0']);
  expect(inSidebarOrder(all, false).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd0', 'd1']);
});

test('the next channel wraps around at both ends', () => {
  expect(step('a', 'down')).toBe('b');
  expect(step('d', 'down')).toBe('a');
  expect(step('a', 'up')).toBe('d');
});

test('without a current channel, down leads to the first channel and up to the last', () => {
  expect(step(null, 'down')).toBe('a');
  expect(step(null, 'up')).toBe('d');
  expect(step('gone', 'down')).toBe('a');
});

test('the next unread channel skips read ones and the current one', () => {
  expect(step('a', 'down', true)).toBe('b');
  expect(step('b', 'down', true)).toBe('d');
  expect(step('a', 'up', true)).toBe('d');
  expect(neighbour([channel('a', { unread: 1 })], { from: 'a', direction: 'down', unreadOnly: true })).toBeNull();
  expect(neighbour([], { from: null, direction: 'up', unreadOnly: false })).toBeNull();
});

test('the description counts unread messages and mentions', () => {
  expect(describeUnread(channel('a'))).toBeUndefined();
  expect(describeUnread(channel('a', { unread: 3, mentions: 1 }))).toBe('3 unread messages, 1 mention');
  expect(describeUnread(channel('a', { unread: 1 }))).toBe('1 unread message');
  expect(describeUnread(channel('a', { unread: 1_000, mentions: 2 }))).toBe(
    '1,000 or more unread messages, 2 mentions',
  );
});

test('a badge has at most three characters', () => {
  expect(badgeText(7)).toBe('7');
  expect(badgeText(100)).toBe('99+');
});

test('all messages of a direct message count as personal', () => {
  expect(personalUnread(channel('a', { unread: 3, mentions: 1 }))).toBe(1);
  expect(personalUnread(channel('a', { kind: 'dm', unread: 3 }))).toBe(3);
});
