import type { ChannelView } from '@parley/client';
import type { ChannelId } from '@parley/protocol';

export interface SidebarGroups {
  readonly channels: readonly ChannelView[];
  readonly directs: readonly ChannelView[];
}

/** The two groups of the sidebar in the SDK's order, or with unread channels first. */
export function groupChannels(all: readonly ChannelView[], unreadFirst: boolean): SidebarGroups {
  const ordered = unreadFirst ? all.toSorted((a, b) => Number(b.unread > 0) - Number(a.unread > 0)) : all;
  return {
    channels: ordered.filter((channel) => channel.kind !== 'dm'),
    directs: ordered.filter((channel) => channel.kind === 'dm'),
  };
}

/** All channels from top to bottom. */
export function inSidebarOrder(all: readonly ChannelView[], unreadFirst: boolean): readonly ChannelView[] {
  const { channels, directs } = groupChannels(all, unreadFirst);
  return [...channels, ...directs];
}

interface Step {
  /** The current channel. Null counts as above the first. */
  readonly from: ChannelId | null;
  readonly direction: 'up' | 'down';
  readonly unreadOnly: boolean;
}

/** The channel that Alt with an arrow leads to, wrapping around. Null when there is no other one. */
export function neighbour(ordered: readonly ChannelView[], { from, direction, unreadOnly }: Step): ChannelView | null {
  const start = ordered.findIndex((channel) => channel.id === from);
  const count = ordered.length;
  for (let distance = 1; distance <= count; distance++) {
    const down = start + distance;
    const up = (start === -1 ? count : start) - distance;
    const channel = ordered[((direction === 'down' ? down : up) + 2 * count) % count];
    if (channel !== undefined && channel.id !== from && (!unreadOnly || channel.unread > 0)) return channel;
  }
  return null;
}
