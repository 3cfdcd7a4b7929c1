import type { ChannelView, ParleyClient } from '@parley/client';
import type { User, UserId } from '@parley/protocol';
import { openConversation } from '../../lib/navigation.ts';

/** Opens the direct message with `user`, which may not have a channel yet. */
export function openDirectMessage(parley: ParleyClient, user: UserId): void {
  openConversation(parley.channelOf(`to:${user}`)?.id ?? `to:${user}`);
}

/** The partner of a direct message. For notes to oneself that is the user. Null until the user is known. */
export const partnerOf = (channel: ChannelView, me: User | null): UserId | null => channel.others[0] ?? me?.id ?? null;

/** The title of a channel as shown to the user. */
export function titleOf(channel: ChannelView, users: ReadonlyMap<UserId, User>, me: User | null): string {
  if (channel.kind !== 'dm') return channel.name;
  return nameOf(partnerOf(channel, me), users, me);
}

/** A user's name: "…" while it is being loaded, with "(you)" for the current user. */
export function nameOf(id: UserId | null, users: ReadonlyMap<UserId, User>, me: User | null): string {
  if (id !== null && id === me?.id) return `${me.name} (you)`;
  return (id === null ? undefined : users.get(id)?.name) ?? '…';
}

/** Whether the user may manage channels, invites and users. */
export const isAdmin = (user: User | null): boolean => user?.role === 'owner' || user?.role === 'admin';

/** Whether the user may rename a channel and remove members: its creator, the owner and admins. */
export const canManage = (channel: ChannelView, me: User | null): boolean =>
  channel.kind !== 'dm' && me !== null && (isAdmin(me) || channel.createdBy === me.id);

/** The channel that every user is in and cannot leave. */
export const isGeneral = (channel: { readonly kind: string; readonly name: string }): boolean =>
  channel.kind === 'public' && channel.name === 'general';
