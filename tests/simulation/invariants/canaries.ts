import type { ChannelId } from '@parley/protocol';
import type { Oracle } from '../oracle/oracle.ts';

/**
 * Canaries: what is said in a channel carries the channel's id, and a channel made here carries a number in its name.
 * So whatever tells of a channel can be found in the bytes, wherever it stands.
 */
const CANARY = /\b[cd]_[\w-]+|room-\d+/g;

export function roomName(number: number): string {
  return `room-${number}`;
}

/** Text to be said in a channel. */
export function withCanary(channel: ChannelId, text: string): string {
  return `${text} «${channel}»`;
}

/** The direct message between two users, as the protocol's server names it. */
export function dmOf(one: string, other: string): ChannelId {
  return `d_${[one, other]
    .toSorted()
    .map((user) => user.replace(/^u_/, ''))
    .join('_')}`;
}

/** The channels that a text tells of. */
export function canariesIn(oracle: Oracle, text: string): ReadonlySet<ChannelId> {
  const channels = new Set<ChannelId>();
  for (const [name] of text.matchAll(CANARY)) {
    const channel = name.startsWith('room-') ? oracle.byName.get(name) : name;
    if (channel !== undefined) channels.add(channel);
  }
  return channels;
}
