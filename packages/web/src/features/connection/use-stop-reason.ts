import type { StopReason } from '@parley/client';
import { useStatus } from '@parley/react';
import { useEffect } from 'react';
import { handleSessionEnded } from '../session/session.ts';

export type ShownReason = Exclude<StopReason, 'signed-out'>;

/** Why the connection will not reconnect by itself, or null while it may. An ended session leads to the sign-in page. */
export function useStopReason(): ShownReason | null {
  const status = useStatus();
  const reason = status.name === 'stopped' ? status.reason : null;
  useEffect(() => {
    if (reason === 'signed-out') void handleSessionEnded();
  }, [reason]);
  return reason === 'signed-out' ? null : reason;
}
