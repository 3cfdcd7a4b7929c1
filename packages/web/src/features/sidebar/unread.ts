import type { ChannelView } from '@parley/client';
import { MAX_COUNTED_UNREAD } from '@parley/protocol';

/** Messages for this user in particular: mentions, and all messages of a direct message. */
export const personalUnread = (channel: ChannelView): number =>
  channel.kind === 'dm' ? channel.unread : channel.mentions;

/** "3 unread messages, 1 mention". Undefined when there are none. */
export function describeUnread({ unread, mentions }: ChannelView): string | undefined {
  const parts = [count(unread, 'unread message'), count(mentions, 'mention')].filter((part) => part !== null);
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** A count for a badge, at most three characters. */
export const badgeText = (value: number): string => (value > 99 ? '99+' : String(value));

function count(value: number, noun: string): string | null {
  if (value === 0) return null;
  const amount = value >= MAX_COUNTED_UNREAD ? `${MAX_COUNTED_UNREAD.toLocaleString('en')} or more` : String(value);
  return `${amount} ${noun}${value === 1 ? '' : 's'}`;
}
