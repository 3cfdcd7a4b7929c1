const FIRST_WINDOW_MS = 500;
const LONGEST_WINDOW_MS = 20_000;

/** Full jitter: the random `fraction` of a window that starts at 0.5 s and doubles with each failure up to 20 s. */
export function backOffMs(failures: number, fraction: number): number {
  return Math.floor(fraction * Math.min(LONGEST_WINDOW_MS, FIRST_WINDOW_MS * 2 ** failures));
}
