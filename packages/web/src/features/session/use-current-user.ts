import type { User } from '@parley/protocol';
import { useMe, useReadable } from '@parley/react';
import { sessionStore } from './session.ts';

/** The signed-in user: what the connection says last, and before it has spoken what HTTP said. */
export function useCurrentUser(): User {
  const live = useMe();
  const session = useReadable(sessionStore);
  if (live !== null) return live;
  if (session.name !== 'signed-in') throw new Error('useMyself is for signed-in pages');
  return session.me.user;
}
