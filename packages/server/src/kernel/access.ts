import type { ChannelId, MessageId } from '@parley/protocol';
import { ok } from '@parley/protocol';
import type { ChannelState, EventPage, MessageState, Store } from '#ports/store.ts';
import type { Actor } from './actor.ts';
import type { Ledger } from './ledger.ts';
import { NO_CHANNEL, NO_MESSAGE, type Outcome } from './outcome.ts';

// The only way to the data of a channel. Absent and forbidden look alike, so a stranger can't learn that a channel exists.

const checked = Symbol('checked');
/** A channel whose membership was checked. Only `readAsMember` makes one. */
export interface ReadableChannel {
  readonly id: ChannelId;
  readonly [checked]: true;
}

/**
 * Members read. The store is asked each time, so that a removal counts immediately and on every node. It is asked again
 * after the read: a user who was removed meanwhile must not get messages that were sent after the removal.
 */
export async function readAsMember<T>(
  store: Store,
  member: { readonly actor: Actor; readonly channel: ChannelId },
  read: (channel: ReadableChannel) => Promise<T>,
): Promise<Outcome<T>> {
  const { actor, channel: id } = member;
  if (!(await store.isMember(id, actor.user))) return NO_CHANNEL;
  const found = await read({ id, [checked]: true });
  return (await store.isMember(id, actor.user)) ? ok(found) : NO_CHANNEL;
}

/** The same for events, in one query: the membership can't change between the check and the read. */
export async function readEventsAsMember(
  store: Store,
  member: { readonly actor: Actor; readonly channel: ChannelId },
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Outcome<EventPage>> {
  const page = await store.eventsForMember({ channel: member.channel, user: member.actor.user }, after, limit);
  return page === null ? NO_CHANNEL : ok(page);
}

/** Members post. */
export function channelToPost(ledger: Ledger, actor: Actor, id: ChannelId): Outcome<ChannelState> {
  const channel = ledger.findChannel(id);
  return channel !== null && ledger.findMember(id, actor.user) !== null ? ok(channel) : NO_CHANNEL;
}

export interface MessageTarget {
  readonly channel: ChannelId;
  readonly id: MessageId;
}

/** A message of a channel that the actor is a member of, deleted or not. */
export function messageIn(ledger: Ledger, actor: Actor, target: MessageTarget): Outcome<MessageState> {
  const found = channelToPost(ledger, actor, target.channel);
  if (!found.ok) return found;
  const message = ledger.findMessage(target.id);
  return message?.channel === target.channel ? ok(message) : NO_MESSAGE;
}
