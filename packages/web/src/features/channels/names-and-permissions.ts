import type { ChannelView, ParleyClient } from '@parley/client';
import type { User, UserId } from '@parley/protocol';
import { openConversation } from '../../lib/navigation.ts';

/** Shows the direct message with `user`, whether anybody has written in it yet or not. */
export function openDirectMessage(parley: ParleyClient, user: UserId): void {
  openConversation(parley.channelOf(`to:${user}`)?.id ?? `to:${user}`);
}

/** Who a direct message is with; the user themselves for a note to oneself. Null while nobody is known. */
export const partnerOf = (channel: ChannelView, me: User | null): UserId | null => channel.others[0] ?? me?.id ?? null;

/** The name of a channel as people say it. */
export function titleOf(channel: ChannelView, users: ReadonlyMap<UserId, User>, me: User | null): string {
  if (channel.kind !== 'dm') return channel.name;
  return nameOf(partnerOf(channel, me), users, me);
}

/** A name; "…" while it is being looked up; the user's own says that it is theirs. */
export function nameOf(id: UserId | null, users: ReadonlyMap<UserId, User>, me: User | null): string {
  if (id !== null && id === me?.id) return `${me.name} (you)`;
  return (id === null ? undefined : users.get(id)?.name) ?? '…';
}

/** May change channels, invite and manage people. */
export const isAdmin = (user: User | null): boolean => user?.role === 'owner' || user?.role === 'admin';

/** May rename a channel and remove its members: who made it, the owner and admins. */
export const canManage = (channel: ChannelView, me: User | null): boolean =>
  channel.kind !== 'dm' && me !== null && (isAdmin(me) || channel.createdBy === me.id);

/** The channel everybody is in and nobody leaves. */
export const isGeneral = (channel: { readonly kind: string; readonly name: string }): boolean =>
  channel.kind === 'public' && channel.name === 'general';
