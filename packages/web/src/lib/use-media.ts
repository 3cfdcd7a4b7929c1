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

/** One column, in which the sidebar is a screen of its own. The breakpoint is Tailwind's `md`. */
export const useNarrow = (): boolean => useMedia('(width < 48rem)');

/** Whether the primary pointer is a finger: focusing an input would open the on-screen keyboard. */
export const isTouchDevice = (): boolean => matchMedia('(pointer: coarse)').matches;
