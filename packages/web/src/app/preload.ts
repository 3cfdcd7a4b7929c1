import { preloadLazy } from '../lib/lazy.ts';

/** Until then what is on screen comes in: waiting for the network is being idle too. */
const EARLIEST_MS = 1_500;
const LATEST_MS = 4_000;

/** Fetches what the first press of a button will want, once the page has nothing better to do. Returns its undo. */
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
