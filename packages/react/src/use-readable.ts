import type { Readable } from '@parley/client';
import { useCallback, useSyncExternalStore } from 'react';

/** The value of `readable`; renders again after each change. */
export function useReadable<T>(readable: Readable<T>): T {
  return useSelected(readable, itself);
}

/**
 * The result of `select` for the value of `readable`; renders again when the result changes. For a part of a value that
 * changes often. `select` must return the same object for the same value.
 */
export function useSelected<T, Part>(readable: Readable<T>, select: (value: T) => Part): Part {
  const subscribe = useCallback((changed: () => void) => readable.subscribe(changed), [readable]);
  const get = (): Part => select(readable.get());
  return useSyncExternalStore(subscribe, get, get);
}

const itself = <T>(value: T): T => value;
