import type { ChannelId, LogEvent, PresenceState, UserId } from '@parley/protocol';
import type { ChannelState } from '#ports/store.ts';

/**
 * Tells the other parts, and the other nodes, that something happened.
 *
 * A doorbell, never the truth: a message may be lost, come twice or late, so whoever hears one checks the numbers
 * against the store. What one node publishes on one topic arrives in that order or not at all. `publish` never blocks
 * and never throws. The publisher hears its own messages.
 */
export interface Bus {
  /** Nothing is ever lost, because everyone is in one process. Whoever hears any other bus compares with the store. */
  readonly isReliable: boolean;
  publish(topic: Topic, message: BusMessage): void;
  /** Returns its undo, which may be called twice. */
  subscribe(topic: Topic, hear: (message: BusMessage) => void): () => void;
  close(): Promise<void>;
}

export type Topic = `channel.${ChannelId}` | `user.${UserId}` | 'everyone';

export type BusMessage =
  /** Committed events of one channel, in order. On the channel's topic. */
  | { readonly kind: 'committed'; readonly channel: ChannelId; readonly events: readonly LogEvent[] }
  /** `user` is about to become a member: `channel` is its state just before the `joined` that follows. On the user's topic. */
  | { readonly kind: 'gained'; readonly user: UserId; readonly channel: ChannelState }
  /** `user` may have become a member, and nobody can tell what they gained: the commit gave no answer. On the user's topic. */
  | { readonly kind: 'perhaps-gained'; readonly user: UserId; readonly channel: ChannelId }
  /** On the channel's topic. The connection that typed does not hear of it. */
  | {
      readonly kind: 'typing';
      readonly channel: ChannelId;
      readonly user: UserId;
      readonly on: boolean;
      readonly from: ConnectionId;
    }
  /** Someone came or went. On the topic of each direct message of theirs. */
  | { readonly kind: 'presence'; readonly channel: ChannelId; readonly user: UserId; readonly state: PresenceState }
  /** A read cursor moved. On the user's topic; the connection that moved it does not hear of it. */
  | {
      readonly kind: 'cursor';
      readonly user: UserId;
      readonly channel: ChannelId;
      readonly seq: number;
      readonly unread: number;
      readonly mentions: number;
      readonly from: ConnectionId | null;
    }
  /** On the user's topic. */
  | { readonly kind: 'session-ended'; readonly user: UserId; readonly session: SessionId }
  /** On the user's topic. */
  | { readonly kind: 'suspended'; readonly user: UserId }
  /** A name, handle or role changed. To everyone. */
  | { readonly kind: 'profile'; readonly user: UserId }
  /** A connection took over `clientId`: an older one of the same user gives way. On the user's topic. */
  | { readonly kind: 'claimed'; readonly user: UserId; readonly clientId: string; readonly connection: ConnectionId };

/** Unique among all connections of all nodes. */
export type ConnectionId = string;
export type SessionId = string;
