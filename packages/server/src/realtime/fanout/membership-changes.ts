import { CLOSE, type ChannelId, type ChannelSummary, type LogEvent, type UserId } from '@parley/protocol';
import type { Presence } from '#chat/presence/presence.ts';
import type { Feed } from '#kernel/feed.ts';
import { channelSummary } from '#ports/channel-summary.ts';
import type { ChannelState } from '#ports/store.ts';
import { encodeTextFrame } from '../socket/encode-text-frame.ts';
import type { Hub } from './hub.ts';
import type { ReadCursors } from './read-cursors.ts';

export interface MembershipDeps {
  readonly hub: Hub;
  readonly feed: Pick<Feed, 'followFrom'>;
  readonly presence: Pick<Presence, 'isOnline'>;
  readonly cursors: ReadCursors;
}

/**
 * Broadcasts the committed events of one channel, in order. A `joined` or `left` changes the subscriptions of its user
 * between the events before and those after it.
 */
export function deliverEvents(hub: Hub, channel: ChannelId, events: readonly LogEvent[]): void {
  for (const event of events) {
    if (event.type === 'left') removeFromChannel(hub, event.user, channel);
    if (event.type === 'joined') reconnectIfUnsubscribed(hub, event.user, channel);
    hub.broadcastEvent(event);
  }
}

/** Subscribes those of the user's connections that are not subscribed to this channel, and sends them a `channel` frame. */
export function addToChannel(deps: MembershipDeps, user: UserId, channel: ChannelSummary): void {
  const { hub, feed, presence, cursors } = deps;
  const added = [...hub.connectionsOf(user)].filter((connection) => !connection.channels.has(channel.id));
  if (added.length === 0) return;
  if (!feed.followFrom(channel.id, channel.lastSeq)) {
    // The message is late: the feed has delivered events after `lastSeq` already. A new `ready` contains them.
    for (const connection of added) connection.close(CLOSE.restarting, 'joined a channel late');
    return;
  }
  const bytes = encodeTextFrame(JSON.stringify({ type: 'channel', channel }));
  for (const connection of added) {
    hub.subscribe(connection, channel.id);
    connection.write({ bytes, channel: channel.id, seq: channel.lastSeq });
    for (const user of (channel.members ?? []).filter((member) => presence.isOnline(member))) {
      const online = encodeTextFrame(JSON.stringify({ type: 'presence', user, state: 'online' }));
      connection.write({ bytes: online, channel: channel.id });
    }
  }
  cursors.recordSent(user, [channel]);
}

/** The channel as its new member sees it: everything up to now counts as read. */
export function summaryForNewMember(channel: ChannelState): ChannelSummary {
  return channelSummary(channel, { readSeq: channel.lastSeq, unread: 0, mentions: 0 });
}

/** The bus may have lost the `membership-granted` before this `joined`. Only a new `ready` can replace it. */
function reconnectIfUnsubscribed(hub: Hub, user: UserId, channel: ChannelId): void {
  for (const connection of hub.connectionsOf(user)) {
    if (connection.isInitializing || connection.channels.has(channel)) continue;
    connection.close(CLOSE.restarting, 'missed a channel');
  }
}

function removeFromChannel(hub: Hub, user: UserId, channel: ChannelId): void {
  for (const connection of hub.connectionsOf(user)) {
    if (!connection.channels.has(channel)) continue;
    hub.unsubscribe(connection, channel);
    connection.discardBuffered(channel);
    connection.send({ type: 'removed', channel });
  }
}
