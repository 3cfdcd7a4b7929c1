import { ok, type UserId } from '@parley/protocol';
import type { Change } from '#kernel/change.ts';
import { refuse } from '#kernel/outcome.ts';
import { GENERAL } from './general.ts';

/** Makes a user a member of #general, which everyone is in. */
export function joinGeneral(user: UserId): Change<null> {
  return {
    scope: { channels: [GENERAL], members: [{ channel: GENERAL, user }], users: [user] },
    decide: (ledger) => {
      if (!ledger.hasUser(user)) return refuse('not_found', 'no such user');
      if (ledger.findMember(GENERAL, user) === null) ledger.append(GENERAL, user, { type: 'joined', user });
      return ok(null);
    },
  };
}
