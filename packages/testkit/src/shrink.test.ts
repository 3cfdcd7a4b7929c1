import { describe, expect, test } from 'vitest';
import { shrink } from './shrink.ts';

const NUMBERS = Array.from({ length: 100 }, (_, index) => index);

describe('delta debugging', () => {
  test('keeps only the items that are needed, in their order', async () => {
    const isBad = async (items: readonly number[]) => [3, 57, 58].every((needed) => items.includes(needed));
    expect(await shrink(NUMBERS, isBad)).toEqual([3, 57, 58]);
  });

  test('tries single items again when a later one was removed', async () => {
    // 1 can be removed only after 2.
    const isBad = async (items: readonly number[]) =>
      items.includes(9) && items.includes(3) && (items.includes(1) || !items.includes(2));
    expect(await shrink([1, 9, 2, 3], isBad)).toEqual([9, 3]);
  });

  test('returns all items when each is needed, and none when none is', async () => {
    expect(await shrink([1, 2, 3], async (items) => items.length === 3)).toEqual([1, 2, 3]);
    expect(await shrink([1, 2, 3], async () => true)).toEqual([]);
    expect(await shrink([], async () => true)).toEqual([]);
  });

  test('stops after the given number of attempts with what it has', async () => {
    let attempts = 0;
    const isBad = async (items: readonly number[]) => {
      attempts += 1;
      return items.includes(99);
    };
    const smallest = await shrink(NUMBERS, isBad, 3);
    expect(attempts).toBe(3);
    expect(smallest).toContain(99);
    expect(smallest.length).toBeLessThan(NUMBERS.length);
  });
});
