import { useEffect, useState } from 'react';

/** `value`, which keeps its last value for `exitMs` after it has become null: time for an exit animation. */
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
