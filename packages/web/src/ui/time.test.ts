import { expect, test } from 'vitest';
import { daysBetween, formatClock, formatDay, formatRelative } from './time.ts';

const at = (...parts: [number, number, number, number?, number?]): number => new Date(...parts).getTime();
const now = at(2025, 2, 4, 14, 5);

test('the clock has 24 hours and two digits', () => {
  expect(formatClock(at(2025, 2, 4, 0, 5))).toBe('00:05');
  expect(formatClock(now)).toBe('14:05');
});

test('day differences follow the calendar, not periods of 24 hours', () => {
  expect(daysBetween(at(2025, 2, 3, 23, 59), at(2025, 2, 4, 0, 1))).toBe(1);
  expect(daysBetween(at(2025, 2, 4, 0, 1), at(2025, 2, 4, 23, 59))).toBe(0);
});

test('a day separator names today and yesterday, and includes the year if it differs', () => {
  expect(formatDay(now, now)).toBe('Today');
  expect(formatDay(at(2025, 2, 3), now)).toBe('Yesterday');
  expect(formatDay(at(2025, 1, 3), now)).not.toContain('2025');
  expect(formatDay(at(2024, 1, 3), now)).toContain('2024');
});

test('relative times range from now to a date', () => {
  expect(formatRelative(now - 20_000, now)).toBe('now');
  expect(formatRelative(now - 3 * 60_000, now)).toContain('3');
  expect(formatRelative(at(2025, 2, 3, 9), now)).toBe('yesterday');
  expect(formatRelative(at(2025, 0, 9), now)).toContain('9');
});
