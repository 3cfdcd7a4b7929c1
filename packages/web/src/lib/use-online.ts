import type { UserId } from '@parley/protocol';
import { useMe, useOnline, useStatus } from '@parley/react';

/** Returns a function that tells whether a user is online, including the current one. */
export function useIsOnline(): (user: UserId | null) => boolean {
  const others = useOnline();
  const me = useMe();
  const connected = useStatus().name === 'online';
  return (user) => user !== null && (user === me?.id ? connected : others.has(user));
}
