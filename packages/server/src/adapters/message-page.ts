import type { ChannelId, MessagePage, MessageView, Reaction, UserId } from '@parley/protocol';
import type { MessageQuery, MessageState, ReactionState } from '#ports/store.ts';

/** A message as each store stores it. */
export interface StoredMessage extends MessageState {
  readonly editedAt: number | null;
  readonly mentions: readonly UserId[];
}

/** How many messages to fetch on each side of `pivot`: at most `older` with `seq <= pivot`, at most `newer` after it. */
export interface PagePlan {
  readonly pivot: number;
  readonly older: number;
  readonly newer: number;
}

/** Plans one message more than requested on each side, to find out whether there are more. */
export function planPage({ anchor, limit }: MessageQuery): PagePlan {
  if (anchor === null) return { pivot: Number.MAX_SAFE_INTEGER, older: limit + 1, newer: 0 };
  if ('before' in anchor) return { pivot: anchor.before - 1, older: limit + 1, newer: 1 };
  if ('after' in anchor) return { pivot: anchor.after, older: 1, newer: limit + 1 };
  return { pivot: anchor.around, older: limit + 1, newer: limit + 1 };
}

/** The fetched messages: on each side the nearest to the pivot first. */
export interface FetchedPage {
  readonly older: readonly StoredMessage[];
  readonly newer: readonly StoredMessage[];
}

/** The messages of the page, oldest first, and whether there are others on either side. */
export function cutPage({ older, newer }: FetchedPage, { anchor, limit }: MessageQuery) {
  const take = sides({ older: older.length, newer: newer.length }, { anchor, limit });
  return {
    messages: [...older.slice(0, take.older).toReversed(), ...newer.slice(0, take.newer)],
    more: older.length > take.older,
    moreAfter: newer.length > take.newer,
  };
}

export function pageView(
  page: ReturnType<typeof cutPage>,
  { channel, asOf, reactions }: { channel: ChannelId; asOf: number; reactions: readonly ReactionState[] },
): MessagePage {
  const byMessage = Map.groupBy(reactions, ({ message }) => message);
  const messages = page.messages.map((message) => messageView(message, byMessage.get(message.id) ?? []));
  return { channel, messages, asOf, more: page.more, moreAfter: page.moreAfter };
}

/** `around` takes half from each side; when one side has too few messages, the other side gives more. */
function sides(found: { older: number; newer: number }, { anchor, limit }: MessageQuery) {
  if (anchor === null || 'before' in anchor) return { older: Math.min(found.older, limit), newer: 0 };
  if ('after' in anchor) return { older: 0, newer: Math.min(found.newer, limit) };
  const newer = Math.min(found.newer, Math.max(Math.floor(limit / 2), limit - found.older));
  return { older: Math.min(found.older, limit - newer), newer };
}

/** `reactions` by emoji, in the order in which each was first used. */
function messageView(message: StoredMessage, reactions: readonly ReactionState[]): MessageView {
  const { id, seq, at, by, body, editedAt, thread, mentions } = message;
  if (body === null) return { id, seq, at, by, deleted: true };
  return {
    id,
    seq,
    at,
    by,
    body,
    ...(editedAt === null ? {} : { editedAt }),
    ...(thread === undefined ? {} : { thread }),
    ...(mentions.length === 0 ? {} : { mentions: [...mentions] }),
    ...(reactions.length === 0 ? {} : { reactions: grouped(reactions) }),
  };
}

function grouped(reactions: readonly ReactionState[]): Reaction[] {
  const byEmoji = Map.groupBy(reactions, ({ emoji }) => emoji);
  return [...byEmoji].map(([emoji, group]) => ({ emoji, users: group.map(({ user }) => user) }));
}
