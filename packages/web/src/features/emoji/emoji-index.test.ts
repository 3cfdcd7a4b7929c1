import { expect, test } from 'vitest';
import { findEmoji, groups, searchEmoji } from './emoji-index.ts';

test('an emoji is found by each of its names', () => {
  expect(findEmoji('tada')).toBe('🎉');
  expect(findEmoji('+1')).toBe('👍');
  expect(findEmoji('thumbsup')).toBe('👍');
  expect(findEmoji('no such emoji')).toBeUndefined();
  expect(findEmoji('constructor')).toBeUndefined();
});

test('a search ranks exact names first, then prefixes, then tags', () => {
  expect(searchEmoji('heart', 3)[0]?.emoji).toBe('❤️');
  expect(searchEmoji('tad', 1)[0]?.emoji).toBe('🎉');
  expect(searchEmoji('hooray', 5).map(({ emoji }) => emoji)).toContain('🎉');
  expect(searchEmoji('thumbs', 1)[0]?.emoji).toBe('👍');
});

test('an empty search finds nothing, and a broad one is limited', () => {
  expect(searchEmoji('', 10)).toEqual([]);
  expect(searchEmoji('a', 10)).toHaveLength(10);
});

test('the groups contain every emoji once', () => {
  const all = groups.flatMap((group) => group.emoji.map(({ emoji }) => emoji));
  expect(new Set(all).size).toBe(all.length);
  expect(groups.length).toBeGreaterThan(5);
});
