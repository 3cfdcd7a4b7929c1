import type { User } from '@parley/protocol';
import { expect, test } from 'vitest';
import { testChannel as channel } from '../../testing/channel-fixture.ts';
import { candidates, rank } from './candidates.ts';

const user = (id: string, name: string): [string, User] => [id, { id, name, handle: id }];

const me: User = { id: 'ada', name: 'Ada', handle: 'ada' };
const users = new Map([user('ada', 'Ada'), user('grace', 'Grace Hopper'), user('linus', 'Linus T')]);
const channels = [
  channel('general', { lastActivityMs: 3 }),
  channel('design', { topic: 'Grids and type', lastActivityMs: 9 }),
  channel('d1', { kind: 'dm', name: '', others: ['grace'] }),
];
const all = candidates({ channels, users, me });
const ranked = (text: string, recent: string[] = [], current: string | null = null): string[] =>
  rank(all, { text, recent, current, limit: 10 }).map((found) => found.title);

test('people are there once, through their direct message or without one', () => {
  expect(all.map(({ conversation }) => conversation)).toEqual(['general', 'design', 'd1', 'to:ada', 'to:linus']);
});

test('nothing typed: recent first, where one is after them, the rest by activity', () => {
  expect(ranked('', ['general', 'd1'], 'general')).toEqual([
    'Grace Hopper',
    'general',
    'design',
    'Ada (you)',
    'Linus T',
  ]);
});

test('nothing typed: what is unread for the user comes before everything', () => {
  const unread = candidates({ channels: [...channels, channel('ops', { mentions: 1, unread: 4 })], users, me });
  expect(rank(unread, { text: '', recent: ['d1'], current: null, limit: 1 })[0]?.title).toBe('ops');
});

test('typed: titles before topics and handles', () => {
  expect(ranked('gr')).toEqual(['Grace Hopper', 'general', 'design']);
  expect(ranked('grids')).toEqual(['design']);
  expect(ranked('@linus')).toEqual(['Linus T']);
  expect(ranked('zzz')).toEqual([]);
});

test('among equals the recent one wins', () => {
  const pair = candidates({ channels: [channel('team-a'), channel('team-b')], users: new Map(), me });
  const first = rank(pair, { text: 'team', recent: ['team-b'], current: null, limit: 2 })[0];
  expect(first?.title).toBe('team-b');
});
