import { MAX_REACTIONS_PER_MESSAGE, ok, type React } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { Change, Stored } from '#kernel/change.ts';
import { refuse } from '#kernel/outcome.ts';
import { alreadyDone } from '../already-done.ts';
import { messageToReactTo } from '../messages/message-access.ts';
import { messageScope } from '../messages/message-scope.ts';

/** Adds a reaction of the actor to a message. */
export function react(actor: Actor, { channel, id, emoji }: Omit<React, 'type' | 'ref'>): Change<Stored> {
  return {
    scope: { ...messageScope(actor, channel, id), reactions: [id] },
    decide: (ledger) => {
      const message = messageToReactTo(ledger, actor, { channel, id });
      if (!message.ok) return message;
      const reactions = ledger.reactions(id);
      if (reactions.some((reaction) => reaction.emoji === emoji && reaction.user === actor.user)) {
        return alreadyDone(ledger, channel);
      }
      const different = new Set(reactions.map((reaction) => reaction.emoji)).add(emoji);
      if (different.size > MAX_REACTIONS_PER_MESSAGE) return refuse('forbidden', 'too many different reactions');
      return ok(ledger.append(channel, actor.user, { type: 'reacted', id, emoji }));
    },
  };
}
