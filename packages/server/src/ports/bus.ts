import type { ChannelId, LogEvent, UserId } from '@parley/protocol';
import type { ChannelState } from '#ports/store.ts';

/**
 * Tells the other parts, and the other nodes, that something happened.
 *
 * A doorbell, never the truth: a message may be lost, come twice or late, so whoever hears one checks the numbers
 * against the store. What one node publishes on one topic arrives in that order or not at all. `publish` never blocks
 * and never throws. The publisher hears its own messages.
 */
export interface Bus {
  publish(topic: Topic, message: BusMessage): void;
  /** Returns its undo, which may be called twice. */
  subscribe(topic: Topic, hear: (message: BusMessage) => void): () => void;
  close(): Promise<void>;
}

export type Topic = `channel.${ChannelId}` | `user.${UserId}` | 'everyone';

export type BusMessage =
  /** Committed events of one channel, in order. */
  | { readonly kind: 'committed'; readonly channel: ChannelId; readonly events: readonly CommittedEvent[] }
  | {
      readonly kind: 'typing';
      readonly channel: ChannelId;
      readonly user: UserId;
      readonly on: boolean;
      /** The connection that typed: it alone does not hear of it. */
      readonly from: ConnectionId;
    }
  /** A read cursor moved; the connection that moved it does not hear of it. */
  | { readonly kind: 'cursor'; readonly user: UserId; readonly channel: ChannelId; readonly seq: number; readonly from: ConnectionId | null }
  | { readonly kind: 'session-ended'; readonly user: UserId; readonly session: SessionId }
  | { readonly kind: 'suspended'; readonly user: UserId }
  | { readonly kind: 'profile'; readonly user: UserId }
  /** A connection took over `clientId`: an older one of the same user gives way. */
  | { readonly kind: 'claimed'; readonly user: UserId; readonly clientId: string; readonly connection: ConnectionId };

export interface CommittedEvent {
  readonly event: LogEvent;
  /** With `joined` only: the channel just before it, so that the new member can be told what they gained. */
  readonly channelBefore?: ChannelState;
}

/** Unique among all connections of all nodes. */
export type ConnectionId = string;
export type SessionId = string;
