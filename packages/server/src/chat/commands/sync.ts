import { MAX_SYNC_EVENTS, ok, type Sync } from '@parley/protocol';
import { readAsMember } from '#chat/access.ts';
import { eventsThatFit } from '#chat/answer-size.ts';
import type { Actor, SyncReply } from '#chat/chat.ts';
import type { Outcome } from '#chat/refusal.ts';
import { MAX_SYNC_DISTANCE } from '#limits.ts';
import type { Store } from '#ports/store.ts';

/** Reads the events after a position. From too far behind, or from beyond the head, only a reload makes sense. */
export async function sync(
  store: Store,
  actor: Actor,
  { channel, after, limit = MAX_SYNC_EVENTS }: Omit<Sync, 'type' | 'ref'>,
): Promise<Outcome<SyncReply>> {
  const page = await readAsMember(store, { actor, channel }, ({ id }) => store.eventsAfter(id, after, limit));
  if (!page.ok) return page;
  const { events: found, lastSeq } = page.value;
  if (after > lastSeq || lastSeq - after > MAX_SYNC_DISTANCE) return ok({ kind: 'reset' });
  const events = eventsThatFit(found);
  const reached = events.at(-1)?.seq ?? after;
  return ok({ kind: 'events', events, lastSeq, more: reached < lastSeq });
}
