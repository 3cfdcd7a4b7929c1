import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutated } from './apply.ts';
import { MUTANTS } from './mutants.ts';

const ROOT = join(import.meta.dirname, '../..');

// Whether the simulation detects each takes minutes to find out: `npm run mutation`.
test('every mutant finds the text that it replaces', () => {
  for (const mutant of MUTANTS) expect(() => mutated(mutant, ROOT)).not.toThrow();
});

test('mutants differ in name and change', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  expect(new Set(MUTANTS.map(({ file, find, replace }) => `${file} ${find} ${replace}`)).size).toBe(MUTANTS.length);
});
