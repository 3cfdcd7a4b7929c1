import { MAX_SYNC_EVENTS, ok, type ChannelId, type LogEvent, type Sync } from '@parley/protocol';
import { readEventsAsMember } from '#kernel/access.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Outcome } from '#kernel/outcome.ts';
import { MAX_REPLY_CHARS, MAX_SYNC_DISTANCE } from '#limits.ts';
import type { EventPage, Store } from '#ports/store.ts';
import type { RecentEvents } from './recent-events-cache.ts';
import { fitEvents } from './reply-size.ts';

export type SyncQuery = Omit<Sync, 'type' | 'ref'>;

export type SyncReply =
  | { readonly kind: 'events'; readonly events: readonly LogEvent[]; readonly lastSeq: number; readonly more: boolean }
  | { readonly kind: 'reset' };

export interface SyncDeps {
  readonly store: Store;
  readonly recent: RecentEvents;
}

/** Reads the events after a position. From too far behind, or from beyond the head, only a reload makes sense. */
export async function sync(
  deps: SyncDeps,
  actor: Actor,
  { channel, after, limit = MAX_SYNC_EVENTS }: SyncQuery,
): Promise<Outcome<SyncReply>> {
  const page = await pageAfter(deps, { actor, channel }, { after, limit });
  if (!page.ok) return page;
  const { lastSeq, chars } = page.value;
  if (after > lastSeq || lastSeq - after > MAX_SYNC_DISTANCE) return ok({ kind: 'reset' });
  const found = page.value.events.slice(0, limit);
  const events = chars <= MAX_REPLY_CHARS ? found : fitEvents(found);
  const reached = events.at(-1)?.seq ?? after;
  return ok({ kind: 'events', events, lastSeq, more: reached < lastSeq });
}

interface SizedPage extends EventPage {
  /** How long the events' JSON is at most, in UTF-16 units; infinite when nobody has looked. */
  readonly chars: number;
}

/** As of one moment in which the actor is a member. What is known by heart is not read again. */
async function pageAfter(
  { store, recent }: SyncDeps,
  member: { readonly actor: Actor; readonly channel: ChannelId },
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Outcome<SizedPage>> {
  const { channel } = member;
  const known = recent.find(channel, after);
  if (known !== null) {
    const end = after + known.events.length;
    const news = await readEventsAsMember(store, member, { after: end, limit: MAX_SYNC_EVENTS });
    if (!news.ok) return news;
    const { events, lastSeq } = news.value;
    if (isWhole(end, news.value) && events.every(({ type }) => type !== 'deleted')) {
      const chars = known.chars + (events.length === 0 ? 0 : recent.extend(channel, end, events));
      return ok({ events: [...known.events, ...events], lastSeq, chars });
    }
  }
  const page = await readEventsAsMember(store, member, { after, limit });
  if (!page.ok) return page;
  const { events } = page.value;
  const isKept = events.length > 0 && isWhole(after, page.value);
  return ok({ ...page.value, chars: isKept ? recent.keep(channel, after, events) : Number.POSITIVE_INFINITY });
}

/** Are these all the events after that position? */
function isWhole(after: number, { events, lastSeq }: EventPage): boolean {
  return after + events.length === lastSeq;
}
