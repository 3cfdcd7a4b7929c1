import { ok, type Unreact } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { Change, Stored } from '#kernel/change.ts';
import { alreadyDone } from '../already-done.ts';
import { messageToReactTo } from '../messages/message-access.ts';
import { messageScope } from '../messages/message-scope.ts';

/** Removes a reaction of the actor. */
export function unreact(actor: Actor, { channel, id, emoji }: Omit<Unreact, 'type' | 'ref'>): Change<Stored> {
  return {
    scope: { ...messageScope(actor, channel, id), reactions: [id] },
    decide: (ledger) => {
      const message = messageToReactTo(ledger, actor, { channel, id });
      if (!message.ok) return message;
      const mine = ledger.reactions(id).some((reaction) => reaction.emoji === emoji && reaction.user === actor.user);
      if (!mine) return alreadyDone(ledger, channel);
      return ok(ledger.append(channel, actor.user, { type: 'unreacted', id, emoji }));
    },
  };
}
