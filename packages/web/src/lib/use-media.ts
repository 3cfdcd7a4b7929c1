import { useCallback, useSyncExternalStore } from 'react';

function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const media = matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** One column: the sidebar is a screen of its own. The same bound as Tailwind's `md`. */
export const useNarrow = (): boolean => useMedia('(width < 48rem)');

/** A finger points: an input that takes the focus by itself would bring the keyboard up. */
export const isTouchDevice = (): boolean => matchMedia('(pointer: coarse)').matches;
