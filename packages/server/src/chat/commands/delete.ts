import { ok, type Delete } from '@parley/protocol';
import { ownMessage } from '#chat/access.ts';
import type { Change } from '#chat/change.ts';
import type { Actor, Stored } from '#chat/chat.ts';
import { messageScope } from './message-scope.ts';
import { unchanged } from './unchanged.ts';

/** Turns one's own message into a tombstone; from then on its text is nowhere. */
export function deleteMessage(actor: Actor, { channel, id }: Omit<Delete, 'type' | 'ref'>): Change<Stored> {
  return {
    scope: messageScope(actor, channel, id),
    decide: (ledger) => {
      const message = ownMessage(ledger, actor, { channel, id });
      if (!message.ok) return message;
      if (message.value.body === null) return unchanged(ledger, channel);
      return ok(ledger.append(channel, actor.user, { type: 'deleted', id }));
    },
  };
}
