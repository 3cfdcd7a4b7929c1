import type { ChannelId } from '@parley/protocol';
import type { Oracle } from '../oracle/oracle.ts';

/**
 * Canaries: every text in a channel contains the channel's id, and every channel created here has a number in its name.
 * So any frame that reveals a channel can be found in its bytes.
 */
const CANARY = /\b[cd]_[\w-]+|room-\d+/g;

export function roomName(number: number): string {
  return `room-${number}`;
}

/** Adds the canary of the channel to a text. */
export function withCanary(channel: ChannelId, text: string): string {
  return `${text} «${channel}»`;
}

/** The id of the direct message between two users, as the server derives it. */
export function dmOf(one: string, other: string): ChannelId {
  return `d_${[one, other]
    .toSorted()
    .map((user) => user.replace(/^u_/, ''))
    .join('_')}`;
}

/** The channels that a text reveals. */
export function canariesIn(oracle: Oracle, text: string): ReadonlySet<ChannelId> {
  const channels = new Set<ChannelId>();
  for (const [name] of text.matchAll(CANARY)) {
    const channel = name.startsWith('room-') ? oracle.byName.get(name) : name;
    if (channel !== undefined) channels.add(channel);
  }
  return channels;
}
