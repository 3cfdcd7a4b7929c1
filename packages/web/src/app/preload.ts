import { preloadLate } from './late.ts';

const LATEST_MS = 4_000;

/** Fetches what the first press of a button will want, once the page has nothing better to do. Returns its undo. */
export function preloadWhenIdle(): () => void {
  const preload = (): void => void preloadLate();
  // Safari has no requestIdleCallback.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(preload, LATEST_MS / 2);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(preload, { timeout: LATEST_MS });
  return () => cancelIdleCallback(handle);
}
