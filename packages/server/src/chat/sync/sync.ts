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

/** Reads the events after a position. A client too far behind, or ahead of the log, gets `reset`. */
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
  /** The maximum length of the events' JSON, in UTF-16 units; infinite when unknown. */
  readonly chars: number;
}

/** The events at one time at which the actor is a member. Cached events are not read again. */
async function pageAfter(
  { store, recent }: SyncDeps,
  member: { readonly actor: Actor; readonly channel: ChannelId },
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Outcome<SizedPage>> {
  const { channel } = member;
  const cached = recent.find(channel, after);
  if (cached !== null) {
    const end = after + cached.events.length;
    const newer = await readEventsAsMember(store, member, { after: end, limit: MAX_SYNC_EVENTS });
    if (!newer.ok) return newer;
    const { events, lastSeq } = newer.value;
    if (isWhole(end, newer.value) && events.every(({ type }) => type !== 'deleted')) {
      const chars = cached.chars + (events.length === 0 ? 0 : recent.extend(channel, end, events));
      return ok({ events: [...cached.events, ...events], lastSeq, chars });
    }
  }
  const page = await readEventsAsMember(store, member, { after, limit });
  if (!page.ok) return page;
  const { events } = page.value;
  const isComplete = events.length > 0 && isWhole(after, page.value);
  return ok({ ...page.value, chars: isComplete ? recent.keep(channel, after, events) : Number.POSITIVE_INFINITY });
}

/** True when the page has all the events after that position. */
function isWhole(after: number, { events, lastSeq }: EventPage): boolean {
  return after + events.length === lastSeq;
}
