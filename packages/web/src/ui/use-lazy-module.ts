import { useEffect, useEffectEvent, useState } from 'react';
import { showToast } from './toast.ts';

/**
 * A lazily loaded module, null until it has loaded. If loading fails (offline, or the server has a newer version), this
 * shows a toast and calls `onFailed`. The next use tries again, which `React.lazy` would not.
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
