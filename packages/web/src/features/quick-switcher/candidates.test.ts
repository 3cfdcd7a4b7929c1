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

test('each person appears once, with or without a direct message', () => {
  expect(all.map(({ conversation }) => conversation)).toEqual(['general', 'design', 'd1', 'to:ada', 'to:linus']);
});

test('without a query recent conversations come first, then the current one, then the rest by activity', () => {
  expect(ranked('', ['general', 'd1'], 'general')).toEqual([
    'Grace Hopper',
    'general',
    'design',
    'Ada (you)',
    'Linus T',
  ]);
});

test('without a query personal unread conversations come first', () => {
  const unread = candidates({ channels: [...channels, channel('ops', { mentions: 1, unread: 4 })], users, me });
  expect(rank(unread, { text: '', recent: ['d1'], current: null, limit: 1 })[0]?.title).toBe('ops');
});

test('with a query titles rank above topics and handles', () => {
  expect(ranked('gr')).toEqual(['Grace Hopper', 'general', 'design']);
  expect(ranked('grids')).toEqual(['design']);
  expect(ranked('@linus')).toEqual(['Linus T']);
  expect(ranked('zzz')).toEqual([]);
});

test('the more recent of two equal matches comes first', () => {
  const pair = candidates({ channels: [channel('team-a'), channel('team-b')], users: new Map(), me });
  const first = rank(pair, { text: 'team', recent: ['team-b'], current: null, limit: 2 })[0];
  expect(first?.title).toBe('team-b');
});
