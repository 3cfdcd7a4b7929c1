import type { ChannelView } from '@parley/client';
import type { ChannelId } from '@parley/protocol';
import { personalUnread } from '../sidebar/unread.ts';

/** What was known of each channel the last time: how much was for this user, and up to where. */
export type ChannelSnapshots = ReadonlyMap<ChannelId, { readonly personalUnread: number; readonly lastSeq: number }>;

export const snapshotOf = (channels: readonly ChannelView[]): ChannelSnapshots =>
  new Map(
    channels.map((channel) => [channel.id, { personalUnread: personalUnread(channel), lastSeq: channel.lastSeq }]),
  );

/**
 * Channels where something for this user has arrived since `before`. Nothing when nothing was known before: what was
 * unread when the page opened has been told by the sidebar. A new direct message is an arrival; a new channel is none.
 */
export function detectIncoming(before: ChannelSnapshots, channels: readonly ChannelView[]): ChannelView[] {
  if (before.size === 0) return [];
  return channels.filter((channel) => {
    const snapshot = before.get(channel.id);
    if (snapshot === undefined) return channel.kind === 'dm' && channel.unread > 0;
    return personalUnread(channel) > snapshot.personalUnread && channel.lastSeq > snapshot.lastSeq;
  });
}
