import type { ChannelId, ServerFrame, UserId } from '@parley/protocol';
import type { ConnectionId } from '#ports/bus.ts';

/** The connections of this node and the channels they subscribe to. The hub of `realtime` implements it. */
export interface Subscribers {
  /** Calls the observer for every user and channel that gains or loses its last connection here, from now on. */
  observe(observer: SubscriberObserver): void;
  /** Sends a frame that is not part of the log to the subscribers of a channel, except to one connection. */
  broadcast(channel: ChannelId, frame: ServerFrame, except?: ConnectionId): void;
}

export interface SubscriberObserver {
  /** The first connection of the user was registered. */
  userAdded?(user: UserId): void;
  /** The last connection of the user is gone. */
  userRemoved?(user: UserId): void;
  /** The first connection subscribed to the channel; `user` is its user. */
  channelAdded?(channel: ChannelId, user: UserId): void;
  /** The last connection unsubscribed from the channel; `user` is its user. */
  channelRemoved?(channel: ChannelId, user: UserId): void;
}
