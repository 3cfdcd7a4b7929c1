import type { ChannelId, UserId } from '@parley/protocol';
import type { Ledger } from '#kernel/ledger.ts';

const PREFIX = 'd_';

/**
 * The id of the direct message between two users. It is the same from both sides and on every node, so that two concurrent
 * first messages open one channel. Knowing it gives no access. User ids have at most 30 characters after their prefix.
 */
export function dmChannelId(one: UserId, other: UserId): ChannelId {
  const [first, second] = [one, other].toSorted();
  return `${PREFIX}${strip(first)}_${strip(second)}`;
}

export function isDirectMessage(channel: ChannelId): boolean {
  return channel.startsWith(PREFIX);
}

/** Creates the direct message with both as members. A direct message with oneself is for notes. */
export function openDirectMessage(ledger: Ledger, { from, to }: { from: UserId; to: UserId }): void {
  const id = dmChannelId(from, to);
  const members = from === to ? [from] : [from, to];
  const fixed = { kind: 'dm', name: '', topic: '', dmMembers: members } as const;
  ledger.create({ id, ...fixed, createdBy: from, createdAt: ledger.at });
  for (const user of members) ledger.append(id, from, { type: 'joined', user });
}

function strip(user: UserId | undefined): string {
  return (user ?? '').replace(/^u_/, '');
}

/** The members of a direct message, `user` first. An id can't be split into two user ids in more than one way. */
export function directMembers(channel: ChannelId, user: UserId): readonly UserId[] {
  const [own, both] = [strip(user), channel.slice(PREFIX.length)];
  const partner = both.startsWith(`${own}_`) ? both.slice(own.length + 1) : both.slice(0, -own.length - 1);
  return partner === own ? [user] : [user, `u_${partner}`];
}
