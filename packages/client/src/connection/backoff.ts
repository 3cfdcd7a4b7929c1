const FIRST_WINDOW_MS = 500;
const LONGEST_WINDOW_MS = 20_000;

/** Full jitter: a random part (`fraction`) of a window of 0.5 s that doubles with each failure to 20 s. */
export function backOffMs(failures: number, fraction: number): number {
  return Math.floor(fraction * Math.min(LONGEST_WINDOW_MS, FIRST_WINDOW_MS * 2 ** failures));
}
