import type { ChannelView } from '@parley/client';
import type { ChannelId } from '@parley/protocol';
import { personalUnread } from '../sidebar/unread.ts';

/** The last known state of each channel: the unread count for this user and the last position. */
export type ChannelSnapshots = ReadonlyMap<ChannelId, { readonly personalUnread: number; readonly lastSeq: number }>;

export const snapshotOf = (channels: readonly ChannelView[]): ChannelSnapshots =>
  new Map(
    channels.map((channel) => [channel.id, { personalUnread: personalUnread(channel), lastSeq: channel.lastSeq }]),
  );

/**
 * The channels with something new for this user since `before`. None for an empty `before`, because the sidebar already
 * shows what was unread at page load. A new direct message counts, a newly joined channel does not.
 */
export function detectIncoming(before: ChannelSnapshots, channels: readonly ChannelView[]): ChannelView[] {
  if (before.size === 0) return [];
  return channels.filter((channel) => {
    const snapshot = before.get(channel.id);
    if (snapshot === undefined) return channel.kind === 'dm' && channel.unread > 0;
    return personalUnread(channel) > snapshot.personalUnread && channel.lastSeq > snapshot.lastSeq;
  });
}
