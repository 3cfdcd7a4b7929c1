import type { User } from '@parley/protocol';
import { expect, test } from 'vitest';
import { rankMentions } from './rank-mentions.ts';

const user = (id: string, name: string, handle = id): User => ({ id, name, handle });
const ada = user('ada', 'Ada Lovelace');
const adam = user('adam', 'Adam Smith');
const zoe = user('zoe', 'Zoë Adair', 'zoe');
const bob = user('bob', 'Bob');
const known = { people: [ada, adam, zoe, bob], members: null, recentAuthors: [], me: 'me' };
const ids = (query: string, more: Partial<Parameters<typeof rankMentions>[1]> = {}) =>
  rankMentions(query, { ...known, ...more }, 10).map((candidate) => candidate.user.id);

test('people match by any word of their name and by their handle', () => {
  expect(ids('ad')).toEqual(['ada', 'adam', 'zoe']);
  expect(ids('lov')).toEqual(['ada']);
  expect(ids('zoë')).toEqual(['zoe']);
  expect(ids('nobody')).toEqual([]);
});

test('members come first, and people outside the channel are marked', () => {
  const members = new Set(['zoe', 'bob']);
  expect(ids('ad', { members })).toEqual(['zoe', 'ada', 'adam']);
  expect(rankMentions('ad', { ...known, members }, 10).map(({ outside }) => outside)).toEqual([false, true, true]);
});

test('recent authors come first among members', () => {
  expect(ids('', { recentAuthors: ['bob', 'adam'] })).toEqual(['bob', 'adam', 'ada', 'zoe']);
});

test('an exact handle ranks above recent authors', () => {
  expect(ids('ada', { recentAuthors: ['adam'] })).toEqual(['ada', 'adam', 'zoe'].slice(0, 3));
});

test('the user, suspended people and duplicates are excluded, and the list is limited', () => {
  const people = [ada, ada, { ...bob, suspended: true as const }, user('me', 'Me')];
  expect(ids('', { people })).toEqual(['ada']);
  expect(rankMentions('', known, 2)).toHaveLength(2);
});
