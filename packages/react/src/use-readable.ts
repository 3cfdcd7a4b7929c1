import type { Readable } from '@parley/client';
import { useCallback, useSyncExternalStore } from 'react';

/** The value of `readable`, rendered again after each change. */
export function useReadable<T>(readable: Readable<T>): T {
  return useSelected(readable, itself);
}

/**
 * What `select` makes of the value of `readable`, rendered again when that is another one: for a part of a value that
 * changes often. The same value has to give the same part, by identity.
 */
export function useSelected<T, Part>(readable: Readable<T>, select: (value: T) => Part): Part {
  const subscribe = useCallback((changed: () => void) => readable.subscribe(changed), [readable]);
  const get = (): Part => select(readable.get());
  return useSyncExternalStore(subscribe, get, get);
}

const itself = <T>(value: T): T => value;
