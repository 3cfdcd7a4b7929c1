import type { ChannelId, MessageId } from '@parley/protocol';
import { ok } from '@parley/protocol';
import type { ChannelState, EventPage, MessageState, Store } from '#ports/store.ts';
import type { Actor } from './actor.ts';
import { GENERAL } from './general.ts';
import type { Ledger } from './ledger.ts';
import { NO_CHANNEL, refuse, type Outcome } from './outcome.ts';

// The only door to data. Absent and forbidden look alike: whoever may not see a channel can't learn that it exists.
const NO_MESSAGE = refuse('not_found', 'no such message');

const checked = Symbol('checked');
/** A channel that the actor was found to be a member of. Only `readAsMember` makes one. */
export interface ReadableChannel {
  readonly id: ChannelId;
  readonly [checked]: true;
}

/**
 * Members read. Asked of the store each time, so that a removal counts at once, on every node; and asked again when the
 * answer is there: whoever was removed while it was read must not get what was said after that.
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

/** The same for events, in one question: nothing can happen between the look at the membership and that at the log. */
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

/** Anyone joins a public channel. */
export function channelToJoin(ledger: Ledger, id: ChannelId): Outcome<ChannelState> {
  const channel = ledger.findChannel(id);
  return channel?.kind === 'public' ? ok(channel) : NO_CHANNEL;
}

/** Any member adds others, but a direct message stays between its two. */
export function channelToInviteTo(ledger: Ledger, actor: Actor, id: ChannelId): Outcome<ChannelState> {
  const channel = channelToPost(ledger, actor, id);
  if (channel.ok && channel.value.kind === 'dm') return refuse('forbidden', 'a direct message has fixed members');
  return channel;
}

/** Whoever made it, the owner and admins rename a channel and remove members; they must be members themselves. */
export function channelToManage(ledger: Ledger, actor: Actor, id: ChannelId): Outcome<ChannelState> {
  const channel = channelToPost(ledger, actor, id);
  if (!channel.ok) return channel;
  if (channel.value.kind === 'dm') return refuse('forbidden', 'a direct message has no name and fixed members');
  const mayManage = actor.role !== 'member' || channel.value.createdBy === actor.user;
  return mayManage ? channel : refuse('forbidden', 'only its maker, the owner and admins may do that');
}

/** Members leave, but not #general, which everyone is in, and not a direct message. */
export function channelToLeave(ledger: Ledger, actor: Actor, id: ChannelId): Outcome<ChannelState> {
  const channel = channelToPost(ledger, actor, id);
  if (!channel.ok) return channel;
  if (id === GENERAL) return refuse('forbidden', 'everyone is in this channel');
  return channel.value.kind === 'dm' ? refuse('forbidden', 'a direct message has fixed members') : channel;
}

export interface MessageTarget {
  readonly channel: ChannelId;
  readonly id: MessageId;
}

/** A message that the actor, a member, can see and react to. A deleted one is gone. */
export function messageToReactTo(ledger: Ledger, actor: Actor, target: MessageTarget): Outcome<MessageState> {
  const message = messageIn(ledger, actor, target);
  return message.ok && message.value.body === null ? NO_MESSAGE : message;
}

/** The actor's own message, deleted or not. */
export function ownMessage(ledger: Ledger, actor: Actor, target: MessageTarget): Outcome<MessageState> {
  const message = messageIn(ledger, actor, target);
  if (message.ok && message.value.by !== actor.user) return refuse('forbidden', 'only its author may do that');
  return message;
}

function messageIn(ledger: Ledger, actor: Actor, target: MessageTarget): Outcome<MessageState> {
  const found = channelToPost(ledger, actor, target.channel);
  if (!found.ok) return found;
  const message = ledger.findMessage(target.id);
  return message?.channel === target.channel ? ok(message) : NO_MESSAGE;
}
