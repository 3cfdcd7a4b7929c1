import { preloadLazy } from '../lib/lazy.ts';

/** Gives what is on screen time to load: waiting for the network counts as idle. */
const EARLIEST_MS = 1_500;
const LATEST_MS = 4_000;

/** Loads the lazy components once the page is idle, so that no click waits for them. Returns a function that cancels it. */
export function preloadWhenIdle(): () => void {
  const preload = (): void => void preloadLazy();
  let stop = (): void => clearTimeout(timer);
  const timer = setTimeout(() => {
    // Safari has no requestIdleCallback.
    if (typeof requestIdleCallback !== 'function') return preload();
    const handle = requestIdleCallback(preload, { timeout: LATEST_MS });
    stop = () => cancelIdleCallback(handle);
  }, EARLIEST_MS);
  return () => stop();
}
