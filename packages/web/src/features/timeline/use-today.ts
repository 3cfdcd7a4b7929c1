import { useSyncExternalStore } from 'react';

/** The start of today in milliseconds since the epoch. Changes at midnight. */
export function useToday(): number {
  return useSyncExternalStore(subscribe, startOfToday);
}

function startOfToday(): number {
  return new Date().setHours(0, 0, 0, 0);
}

const CHECK_MS = 60_000;

function subscribe(changed: () => void): () => void {
  const timer = setInterval(changed, CHECK_MS);
  return () => clearInterval(timer);
}
