import { ok, type Edit } from '@parley/protocol';
import { ownMessage } from '#chat/access.ts';
import type { Change } from '#chat/change.ts';
import type { Actor, Stored } from '#chat/chat.ts';
import { refuse } from '#chat/refusal.ts';
import { messageScope } from './message-scope.ts';
import { unchanged } from './unchanged.ts';

/** Replaces the body of one's own message. */
export function edit(actor: Actor, { channel, id, body }: Omit<Edit, 'type' | 'ref'>): Change<Stored> {
  return {
    scope: messageScope(actor, channel, id),
    decide: (ledger) => {
      const message = ownMessage(ledger, actor, { channel, id });
      if (!message.ok) return message;
      if (message.value.body === null) return refuse('not_found', 'no such message');
      if (message.value.body === body) return unchanged(ledger, channel);
      return ok(ledger.append(channel, actor.user, { type: 'edited', id, body }));
    },
  };
}
