import { ok, type Delete } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { Change, Stored } from '#kernel/change.ts';
import { alreadyDone } from '../already-done.ts';
import { ownMessage } from './message-access.ts';
import { messageScope } from './message-scope.ts';

/** Replaces the actor's own message by a tombstone and erases its text. */
export function deleteMessage(actor: Actor, { channel, id }: Omit<Delete, 'type' | 'ref'>): Change<Stored> {
  return {
    scope: messageScope(actor, channel, id),
    decide: (ledger) => {
      const message = ownMessage(ledger, actor, { channel, id });
      if (!message.ok) return message;
      if (message.value.body === null) return alreadyDone(ledger, channel);
      return ok(ledger.append(channel, actor.user, { type: 'deleted', id }));
    },
  };
}
