import { useEffect, useState } from 'react';

/** True once it has been on screen for `delayMs`: what loads faster than that shows no skeleton. */
export function useDelayed(delayMs = 200): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), delayMs);
    return () => clearTimeout(timer);
  }, [delayMs]);
  return passed;
}
