import { useEffect, useState } from 'react';

/** True after `delayMs` on screen, so that fast loads show no skeleton. */
export function useDelayed(delayMs = 200): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), delayMs);
    return () => clearTimeout(timer);
  }, [delayMs]);
  return passed;
}
