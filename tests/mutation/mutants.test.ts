import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutated } from './apply.ts';
import { MUTANTS } from './mutants.ts';

const ROOT = join(import.meta.dirname, '../..');

// Whether each is caught is a matter of minutes: `npm run mutants` tells.
test('every mutant still finds the place where it makes its mistake', () => {
  for (const mutant of MUTANTS) expect(() => mutated(mutant, ROOT)).not.toThrow();
});

test('mutants differ in name and mistake', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  expect(new Set(MUTANTS.map(({ file, find, replace }) => `${file} ${find} ${replace}`)).size).toBe(MUTANTS.length);
});
