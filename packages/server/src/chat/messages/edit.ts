import { ok, type Edit } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { Change, Stored } from '#kernel/change.ts';
import { refuse } from '#kernel/outcome.ts';
import { alreadyDone } from '../already-done.ts';
import { ownMessage } from './message-access.ts';
import { messageScope } from './message-scope.ts';

/** Replaces the body of the actor's own message. */
export function edit(actor: Actor, { channel, id, body }: Omit<Edit, 'type' | 'ref'>): Change<Stored> {
  return {
    scope: messageScope(actor, channel, id),
    decide: (ledger) => {
      const message = ownMessage(ledger, actor, { channel, id });
      if (!message.ok) return message;
      if (message.value.body === null) return refuse('not_found', 'no such message');
      if (message.value.body === body) return alreadyDone(ledger, channel);
      return ok(ledger.append(channel, actor.user, { type: 'edited', id, body }));
    },
  };
}
