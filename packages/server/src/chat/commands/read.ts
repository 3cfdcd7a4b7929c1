import { ok, type ReadCommand } from '@parley/protocol';
import { channelToPost } from '#chat/access.ts';
import type { Change } from '#chat/change.ts';
import type { Actor } from '#chat/chat.ts';

/** Where the cursor stands, and whether this moved it. */
export interface CursorMove {
  readonly seq: number;
  readonly moved: boolean;
}

/** Moves one's read cursor forward. */
export function read(actor: Actor, { channel, seq }: Omit<ReadCommand, 'type' | 'ref'>): Change<CursorMove> {
  return {
    scope: { channels: [channel], members: [{ channel, user: actor.user }] },
    decide: (ledger) => {
      const found = channelToPost(ledger, actor, channel);
      if (!found.ok) return found;
      const before = ledger.findMember(channel, actor.user)?.readSeq ?? 0;
      ledger.moveCursor(channel, actor.user, seq);
      const after = ledger.findMember(channel, actor.user)?.readSeq ?? 0;
      return ok({ seq: after, moved: after > before });
    },
  };
}
