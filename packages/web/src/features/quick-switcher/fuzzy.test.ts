import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzyMatch } from './fuzzy.ts';

const best = (pattern: string, texts: string[]): string | undefined =>
  texts
    .map((text) => ({ text, score: fuzzyMatch(pattern, text)?.score ?? Number.NEGATIVE_INFINITY }))
    .toSorted((a, b) => b.score - a.score)[0]?.text;

test('all letters of the pattern must occur in order', () => {
  expect(fuzzyMatch('gnrl', 'general')).not.toBeNull();
  expect(fuzzyMatch('lg', 'general')).toBeNull();
  expect(fuzzyMatch('generals', 'general')).toBeNull();
});

test('prefixes rank above infixes, and word starts above scattered letters', () => {
  expect(best('des', ['code-sketches', 'design', 'addresses'])).toBe('design');
  expect(best('fr', ['offer', 'frontend', 'team-front'])).toBe('frontend');
  expect(best('rc', ['architecture', 'release-candidates'])).toBe('release-candidates');
  expect(best('al', ['Magda Lund', 'Ada Lovelace', 'Salman'])).toBe('Ada Lovelace');
});

test('the shorter of two equal matches ranks first', () => {
  expect(best('design', ['design-reviews-and-critique', 'design'])).toBe('design');
});

test('matching ignores case, accents, # and @', () => {
  expect(fuzzyMatch('ZOE', 'Zoë Müller')?.positions).toEqual([0, 1, 2]);
  expect(fuzzyMatch('#gen', 'general')?.positions).toEqual([0, 1, 2]);
  expect(fuzzyMatch('ada lov', 'Ada Lovelace')).not.toBeNull();
});

test('an empty pattern matches every text', () => {
  expect(fuzzyMatch('', 'general')).toEqual({ score: 0, positions: [] });
  expect(fuzzyMatch('x', '')).toBeNull();
});

test('positions are ascending and within the text, for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(40), fc.nat(40), (text, from, to) => {
      const match = fuzzyMatch(text.slice(Math.min(from, to), Math.max(from, to)), text);
      const positions = match?.positions ?? [];
      expect(
        positions.every((position, index) => position < text.length && position > (positions[index - 1] ?? -1)),
      ).toBe(true);
    }),
  );
});
