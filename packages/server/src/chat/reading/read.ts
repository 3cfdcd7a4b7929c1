import { ok, type ReadCommand } from '@parley/protocol';
import { channelToPost } from '#kernel/access.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Change } from '#kernel/change.ts';

export type ReadPosition = Omit<ReadCommand, 'type' | 'ref'>;

/** Moves the actor's read cursor forward. Returns where it is then. */
export function read(actor: Actor, { channel, seq }: ReadPosition): Change<number> {
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
