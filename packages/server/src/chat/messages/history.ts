import { DEFAULT_HISTORY_MESSAGES, ok, type History, type MessagePage } from '@parley/protocol';
import { readAsMember } from '#kernel/access.ts';
import type { Outcome } from '#kernel/outcome.ts';
import type { MessageQuery, Store } from '#ports/store.ts';
import type { Actor } from '../chat.ts';
import { fitPage } from '../sync/reply-size.ts';

type Command = Omit<History, 'type' | 'ref'>;

/** Reads a stretch of messages in their current state. */
export async function history(store: Store, actor: Actor, command: Command): Promise<Outcome<MessagePage>> {
  const query = { anchor: anchorOf(command), limit: command.limit ?? DEFAULT_HISTORY_MESSAGES };
  const { channel } = command;
  const page = await readAsMember(store, { actor, channel }, ({ id }) => store.messages(id, query));
  return page.ok ? ok(fitPage(page.value, query.anchor)) : page;
}

function anchorOf({ before, after, around }: Command): MessageQuery['anchor'] {
  if (before !== undefined) return { before };
  if (after !== undefined) return { after };
  return around === undefined ? null : { around };
}
