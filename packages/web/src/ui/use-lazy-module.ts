import { useEffect, useEffectEvent, useState } from 'react';
import { showToast } from './toast.ts';

/**
 * Something from a file of its own, null until it is there. When the file is out of reach (offline, or the server has a newer
 * version by now) it says so and calls `onFailed`; the next use tries again, which `React.lazy` would not.
 */
export function useLazyModule<T>(load: () => Promise<T>, onFailed: () => void): T | null {
  const [loaded, setLoaded] = useState<{ readonly value: T } | null>(null);
  const fail = useEffectEvent(onFailed);
  useEffect(() => {
    let isUnmounted = false;
    const wait = async (): Promise<void> => {
      try {
        const value = await load();
        if (!isUnmounted) setLoaded({ value });
      } catch {
        if (isUnmounted) return;
        showToast("Couldn't load that. Check your connection, or reload the page.", 'danger');
        fail();
      }
    };
    void wait();
    return () => {
      isUnmounted = true;
    };
  }, [load]);
  return loaded?.value ?? null;
}
