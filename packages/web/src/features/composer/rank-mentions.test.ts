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

test('people are found by any word of their name and by their handle', () => {
  expect(ids('ad')).toEqual(['ada', 'adam', 'zoe']);
  expect(ids('lov')).toEqual(['ada']);
  expect(ids('zoë')).toEqual(['zoe']);
  expect(ids('nobody')).toEqual([]);
});

test('members come first, and the others are marked', () => {
  const members = new Set(['zoe', 'bob']);
  expect(ids('ad', { members })).toEqual(['zoe', 'ada', 'adam']);
  expect(rankMentions('ad', { ...known, members }, 10).map(({ outside }) => outside)).toEqual([false, true, true]);
});

test('among members, who spoke last comes first', () => {
  expect(ids('', { recentAuthors: ['bob', 'adam'] })).toEqual(['bob', 'adam', 'ada', 'zoe']);
});

test('the very handle beats all of them', () => {
  expect(ids('ada', { recentAuthors: ['adam'] })).toEqual(['ada', 'adam', 'zoe'].slice(0, 3));
});

test('oneself, suspended people and doubles are left out, and the list is bounded', () => {
  const people = [ada, ada, { ...bob, suspended: true as const }, user('me', 'Me')];
  expect(ids('', { people })).toEqual(['ada']);
  expect(rankMentions('', known, 2)).toHaveLength(2);
});
