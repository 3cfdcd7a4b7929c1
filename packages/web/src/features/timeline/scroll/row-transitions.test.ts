import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimelineRow } from '../rows.ts';
import { isPrepend, nextRows } from './row-transitions.ts';

const row = (key: string): TimelineRow => ({ kind: 'message', key }) as TimelineRow;
const rows = (keys: string): readonly TimelineRow[] => [
  { kind: 'start', key: 'start', more: true },
  ...keys.split('').map((key) => row(key)),
];
const keys = (list: readonly TimelineRow[]): string =>
  list
    .slice(1)
    .map(({ key }) => key)
    .join('');
const next = (shown: string, target: string): string => keys(nextRows(rows(shown), rows(target)));

describe('row transitions', () => {
  test('a change at one end is applied in one step', () => {
    expect(next('cd', 'abcd')).toBe('abcd');
    expect(next('cd', 'cdef')).toBe('cdef');
    expect(next('abcd', 'cd')).toBe('cd');
    expect(next('ab', 'xy')).toBe('xy');
  });

  test('a change at both ends is applied in two steps, the front first', () => {
    expect(next('cd', 'abcde')).toBe('abcd');
    expect(next('abcd', 'cde')).toBe('cd');
  });

  test('only a change at the front is a prepend', () => {
    expect(isPrepend(rows('cd'), rows('abcd'))).toBe(true);
    expect(isPrepend(rows('abcd'), rows('cd'))).toBe(true);
    expect(isPrepend(rows('cd'), rows('cde'))).toBe(false);
    expect(isPrepend(rows('cd'), rows('cd'))).toBe(false);
    expect(isPrepend(rows('ab'), rows('xyz'))).toBe(false);
    expect(isPrepend(rows(''), rows('ab'))).toBe(false);
  });

  test('every transition takes at most two steps, none of which changes both ends', () => {
    const letters = 'abcdefghij';
    const span = fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => letters.slice(Math.min(a, b), Math.max(a, b) + 1));
    fc.assert(
      fc.property(span, span, (shown, target) => {
        const first = nextRows(rows(shown), rows(target));
        const second = nextRows(first, rows(target));
        expect(keys(second)).toBe(target);
        if (isPrepend(rows(shown), first)) expect(first.at(-1)?.key).toBe(shown.at(-1));
      }),
    );
  });
});
