import { expect, test } from 'vitest';
import type { TimelineRow } from '../rows.ts';
import { heightsOf, restoreScroll, saveScroll, toCacheSnapshot } from './scroll-memory.ts';

const rows = (...keys: string[]): TimelineRow[] => keys.map((key) => ({ kind: 'message', key }) as TimelineRow);

test('heights are stored by message, independent of its index', () => {
  const heights = heightsOf(rows('a', 'b', 'c'), [[10, -1, 30], 40]);
  expect(toCacheSnapshot(rows('x', 'a', 'b', 'c'), heights)).toEqual([[-1, 10, -1, 30]]);
});

test('the scroll positions of the most recent conversations are kept', () => {
  const savedPosition = { kind: 'end' } as const;
  for (let index = 0; index < 60; index += 1) saveScroll(`c${index}`, { savedPosition, heights: new Map() });
  expect(restoreScroll('c0')).toBeNull();
  expect(restoreScroll('c59')?.savedPosition).toEqual(savedPosition);
});
