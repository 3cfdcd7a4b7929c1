import { useEffect, useState } from 'react';

/** `value`; after it has become null, for `lingerMs` more the one before: time to move out of sight. */
export function useExitDelay<T>(value: T | null, exitMs: number): T | null {
  const [last, setLast] = useState(value);
  if (value !== null && value !== last) setLast(value);

  useEffect(() => {
    if (value !== null) return;
    const timer = setTimeout(() => setLast(null), exitMs);
    return () => clearTimeout(timer);
  }, [value, exitMs]);

  return value ?? last;
}
