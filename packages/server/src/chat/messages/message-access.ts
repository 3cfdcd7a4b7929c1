import { messageIn, type MessageTarget } from '#kernel/access.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Ledger } from '#kernel/ledger.ts';
import { NO_MESSAGE, refuse, type Outcome } from '#kernel/outcome.ts';
import type { MessageState } from '#ports/store.ts';

/** Only its author edits or deletes a message. Deleted messages are included. */
export function ownMessage(ledger: Ledger, actor: Actor, target: MessageTarget): Outcome<MessageState> {
  const message = messageIn(ledger, actor, target);
  if (message.ok && message.value.by !== actor.user) return refuse('forbidden', 'only its author may do that');
  return message;
}

/** Any member reacts to a message that is not deleted. */
export function messageToReactTo(ledger: Ledger, actor: Actor, target: MessageTarget): Outcome<MessageState> {
  const message = messageIn(ledger, actor, target);
  return message.ok && message.value.body === null ? NO_MESSAGE : message;
}
