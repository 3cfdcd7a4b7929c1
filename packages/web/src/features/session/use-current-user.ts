import type { User } from '@parley/protocol';
import { useMe, useReadable } from '@parley/react';
import { sessionStore } from './session.ts';

/** The signed-in user as last received from the connection, or from HTTP before the first `ready`. */
export function useCurrentUser(): User {
  const live = useMe();
  const session = useReadable(sessionStore);
  if (live !== null) return live;
  if (session.name !== 'signed-in') throw new Error('useMyself is for signed-in pages');
  return session.me.user;
}
