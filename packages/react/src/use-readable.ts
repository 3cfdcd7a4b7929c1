import type { Readable } from '@parley/client';
import { useCallback, useSyncExternalStore } from 'react';

/** The value of `readable`, rendered again after each change. */
export function useReadable<T>(readable: Readable<T>): T {
  const subscribe = useCallback((changed: () => void) => readable.subscribe(changed), [readable]);
  const get = useCallback(() => readable.get(), [readable]);
  return useSyncExternalStore(subscribe, get, get);
}
