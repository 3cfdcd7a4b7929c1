import { expect, test } from 'vitest';
import { nextGridIndex } from './grid-navigation.ts';

// 0 1 2
// 3
// -----
// 4 5
const grid = { sizes: [4, 2], columns: 3 };

test.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 3, 4],
  ['ArrowRight', 5, null],
  ['ArrowLeft', 0, null],
  ['ArrowLeft', 4, 3],
  ['ArrowDown', 0, 3],
  ['ArrowDown', 2, 3],
  ['ArrowDown', 3, 4],
  ['ArrowDown', 5, null],
  ['ArrowUp', 5, 3],
  ['ArrowUp', 3, 0],
  ['ArrowUp', 1, null],
  ['Enter', 1, null],
])('%s from index %i leads to index %s', (key, from, to) => {
  expect(nextGridIndex(key, from, grid)).toBe(to);
});
