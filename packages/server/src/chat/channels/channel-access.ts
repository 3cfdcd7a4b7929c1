import { ok, type ChannelId } from '@parley/protocol';
import { channelToPost } from '#kernel/access.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Ledger } from '#kernel/ledger.ts';
import { NO_CHANNEL, refuse, type Outcome } from '#kernel/outcome.ts';
import type { ChannelState } from '#ports/store.ts';
import { GENERAL } from './general.ts';

/** Anyone joins a public channel. */
export function channelToJoin(ledger: Ledger, id: ChannelId): Outcome<ChannelState> {
  const channel = ledger.findChannel(id);
  return channel?.kind === 'public' ? ok(channel) : NO_CHANNEL;
}

/** Any member adds others, except to a direct message. */
export function channelToInviteTo(ledger: Ledger, actor: Actor, id: ChannelId): Outcome<ChannelState> {
  const channel = channelToPost(ledger, actor, id);
  if (channel.ok && channel.value.kind === 'dm') return refuse('forbidden', 'a direct message has fixed members');
  return channel;
}

/** Its creator, the owner and admins rename a channel and remove members; they must be members themselves. */
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
