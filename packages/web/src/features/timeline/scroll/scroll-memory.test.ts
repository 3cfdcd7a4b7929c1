import { expect, test } from 'vitest';
import type { TimelineRow } from '../rows.ts';
import { heightsOf, restoreScroll, saveScroll, toCacheSnapshot } from './scroll-memory.ts';

const rows = (...keys: string[]): TimelineRow[] => keys.map((key) => ({ kind: 'message', key }) as TimelineRow);

test('heights are known by message, wherever it stands next time', () => {
  const heights = heightsOf(rows('a', 'b', 'c'), [[10, -1, 30], 40]);
  expect(toCacheSnapshot(rows('x', 'a', 'b', 'c'), heights)).toEqual([[-1, 10, -1, 30]]);
});

test('the conversations left last are remembered', () => {
  const savedPosition = { kind: 'end' } as const;
  for (let index = 0; index < 60; index += 1) saveScroll(`c${index}`, { savedPosition, heights: new Map() });
  expect(restoreScroll('c0')).toBeNull();
  expect(restoreScroll('c59')?.savedPosition).toEqual(savedPosition);
});
