import { DEFAULT_HISTORY_MESSAGES, ok, type History, type MessagePage } from '@parley/protocol';
import { readAsMember } from '#kernel/access.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Outcome } from '#kernel/outcome.ts';
import type { MessageQuery, Store } from '#ports/store.ts';
import { fitPage } from '../sync/reply-size.ts';

export type HistoryQuery = Omit<History, 'type' | 'ref'>;

/** Reads a page of messages in their current state. */
export async function history(store: Store, actor: Actor, query: HistoryQuery): Promise<Outcome<MessagePage>> {
  const { channel, limit = DEFAULT_HISTORY_MESSAGES } = query;
  const anchor = anchorOf(query);
  const page = await readAsMember(store, { actor, channel }, ({ id }) => store.messages(id, { anchor, limit }));
  return page.ok ? ok(fitPage(page.value, anchor)) : page;
}

function anchorOf({ before, after, around }: HistoryQuery): MessageQuery['anchor'] {
  if (before !== undefined) return { before };
  if (after !== undefined) return { after };
  return around === undefined ? null : { around };
}
