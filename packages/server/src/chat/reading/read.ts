import { ok, type ReadCommand } from '@parley/protocol';
import { channelToPost } from '#kernel/access.ts';
import type { Change } from '#kernel/change.ts';
import type { Actor } from '../chat.ts';

/** Moves one's read cursor forward. Answers where it stands then. */
export function read(actor: Actor, { channel, seq }: Omit<ReadCommand, 'type' | 'ref'>): Change<number> {
  return {
    scope: { channels: [channel], members: [{ channel, user: actor.user }] },
    decide: (ledger) => {
      const found = channelToPost(ledger, actor, channel);
      if (!found.ok) return found;
      ledger.moveCursor(channel, actor.user, seq);
      return ok(ledger.findMember(channel, actor.user)?.readSeq ?? 0);
    },
  };
}
