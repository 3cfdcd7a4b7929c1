import { handle } from '@parley/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstFreeHandle, handleFromName, handlePrefix } from './handle.ts';

test('a handle resembles its name', () => {
  expect(handleFromName('Ada')).toBe('ada');
  expect(handleFromName('  Ada   Lovelace ')).toBe('ada-lovelace');
  expect(handleFromName('Élodie Müller-Weiß')).toBe('elodie-muller-wei');
  expect(handleFromName('李小龍')).toBe('user');
  expect(handleFromName('🙂')).toBe('user');
  expect(handleFromName('')).toBe('user');
});

test('a taken handle gets the next number, and stays within its length', () => {
  expect(firstFreeHandle('Ada', new Set(['ada', 'ada-2', 'ada-4']))).toBe('ada-3');
  const long = 'a'.repeat(40);
  expect(firstFreeHandle(long, new Set(['a'.repeat(32)]))).toBe(`${'a'.repeat(30)}-2`);
});

test('every name gives a handle that the protocol accepts and that starts with the prefix of its candidates', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 90 }), fc.integer({ min: 0, max: 20 }), (name, others) => {
      const taken = new Set<string>();
      for (let count = 0; count < others; count += 1) taken.add(firstFreeHandle(name, taken));
      const free = firstFreeHandle(name, taken);
      expect(handle.safeParse(free).success).toBe(true);
      expect(free.startsWith(handlePrefix(name))).toBe(true);
      expect(taken.has(free)).toBe(false);
    }),
    { numRuns: 60 },
  );
});
