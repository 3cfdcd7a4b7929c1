// Formats follow the browser's language, except the clock: 24 hours everywhere, so that it has a fixed width.
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const full = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const dated = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const medium = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'narrow' });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "14:05". Times are milliseconds since the epoch, shown in the browser's time zone. */
export const formatClock = (atMs: number): string => clock.format(atMs);

/** "Tuesday, 4 March 2025 at 14:05": for tooltips and screen readers. */
export const formatFull = (atMs: number): string => full.format(atMs);

/** "Today", "Yesterday", "Monday, 3 March", or with another year: for day separators. */
export function formatDay(atMs: number, nowMs: number): string {
  const days = daysBetween(atMs, nowMs);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return new Date(atMs).getFullYear() === new Date(nowMs).getFullYear() ? weekday.format(atMs) : dated.format(atMs);
}

/** "3 min. ago", "yesterday", "4 Mar": short, where the exact time does not matter. */
export function formatRelative(atMs: number, nowMs: number): string {
  const passedMs = nowMs - atMs;
  if (passedMs < MINUTE_MS) return 'now';
  if (passedMs < HOUR_MS) return relative.format(-Math.floor(passedMs / MINUTE_MS), 'minute');
  const days = daysBetween(atMs, nowMs);
  if (days === 0) return relative.format(-Math.floor(passedMs / HOUR_MS), 'hour');
  return days < 7 ? relative.format(-days, 'day') : short.format(atMs);
}

/** "4 Mar 2025". */
export const formatDate = (atMs: number): string => medium.format(atMs);

/** Whole calendar days from `atMs` to `nowMs`. 0 on the same day, regardless of the hours. */
export function daysBetween(atMs: number, nowMs: number): number {
  return Math.round((startOfDay(nowMs) - startOfDay(atMs)) / DAY_MS);
}

function startOfDay(atMs: number): number {
  const date = new Date(atMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
