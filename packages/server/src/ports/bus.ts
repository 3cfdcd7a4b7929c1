import type { ChannelId, LogEvent, PresenceState, UserId } from '@parley/protocol';
import type { ChannelState } from '#ports/store.ts';

/**
 * Notifies the other modules and the other nodes that something happened.
 *
 * A message is a hint; the store is the source of truth. A message may be lost, duplicated or late, so the receiver
 * checks its sequence numbers against the store. The messages that one node publishes on one topic arrive in order or not
 * at all. `publish` never blocks and never throws. The publisher receives its own messages.
 */
export interface Bus {
  /** True when no message can be lost, because the bus lives in one process. Otherwise subscribers reconcile with the store. */
  readonly isReliable: boolean;
  publish(topic: Topic, message: BusMessage): void;
  /** Returns the function that unsubscribes, which may be called twice. */
  subscribe(topic: Topic, onMessage: BusHandler): () => void;
  /**
   * Sends a request to the other nodes that subscribe to the topic. Resolves with the first reply. Resolves with null as
   * soon as it is known that no other node subscribes, immediately while the bus is disconnected, and after
   * `BUS_ANSWER_MS` otherwise. A request arrives at most once. Never rejects. The requester does not receive its own request.
   */
  request(topic: Topic, question: BusMessage): Promise<BusMessage | null>;
  /**
   * Calls `onReconnected` each time the connection to the other nodes is restored. Messages published during the outage
   * are lost, so the handler reconciles with the store. All subscriptions are active again by then. A bus within one
   * process never calls it. Returns the function that removes the handler, which may be called twice.
   */
  onReconnect(onReconnected: () => void): () => void;
  close(): Promise<void>;
}

/** `reply` sends its argument to the node that made the request. It does nothing for a message that was only published. */
export type BusHandler = (message: BusMessage, reply: (message: BusMessage) => void) => void;

/**
 * `presence.…` carries whether that user is online, to the nodes with a connection of the user or of a partner of theirs.
 * `client.…` carries which user holds that clientId, to the nodes where it is claimed or requested.
 */
export type Topic = `channel.${ChannelId}` | `user.${UserId}` | `presence.${UserId}` | `client.${string}` | 'everyone';

export type BusMessage =
  /** Committed events of one channel, in order. On the channel's topic. */
  | { readonly kind: 'committed'; readonly channel: ChannelId; readonly events: readonly LogEvent[] }
  /** `user` is about to become a member: `channel` is its state just before the `joined` that follows. On the user's topic. */
  | { readonly kind: 'gained'; readonly user: UserId; readonly channel: ChannelState }
  /** `user` may have become a member: the outcome of the commit is unknown. On the user's topic. */
  | { readonly kind: 'perhaps-gained'; readonly user: UserId; readonly channel: ChannelId }
  /** On the channel's topic. Not delivered to the connection that typed. */
  | {
      readonly kind: 'typing';
      readonly channel: ChannelId;
      readonly user: UserId;
      readonly on: boolean;
      readonly from: ConnectionId;
    }
  /** A user connected to a node, disconnected from it, or is still connected. On the user's presence topic. */
  | { readonly kind: 'presence'; readonly user: UserId; readonly node: NodeId; readonly state: PresenceState }
  /** A node started to watch `user`: the nodes with a connection of the user publish `presence`. On the user's presence topic. */
  | { readonly kind: 'presence-asked'; readonly user: UserId }
  /** A read cursor moved. On the user's topic; not delivered to the connection that moved it. */
  | {
      readonly kind: 'cursor';
      readonly user: UserId;
      readonly channel: ChannelId;
      readonly seq: number;
      readonly unread: number;
      readonly mentions: number;
      /** The last seq of the channel when `unread` and `mentions` were counted. */
      readonly lastSeq: number;
      readonly from: ConnectionId | null;
    }
  /** On the user's topic. */
  | { readonly kind: 'session-ended'; readonly user: UserId; readonly session: SessionId }
  /** On the user's topic. */
  | { readonly kind: 'suspended'; readonly user: UserId }
  /** A name, handle or role changed. To all nodes. */
  | { readonly kind: 'profile'; readonly user: UserId }
  /** A new or open connection holds its `clientId`: on a conflict the others close, or it does. On the clientId's topic. */
  | ({ readonly kind: 'claimed' } & Claim)
  /** A request on the clientId's topic: who holds it? `spend` when `user` is about to claim it, `look` for a check only. */
  | { readonly kind: 'client-wanted'; readonly clientId: string; readonly user: UserId; readonly use: 'spend' | 'look' }
  /** The reply: the user who holds it, or who requests it with precedence; null for nobody. */
  | { readonly kind: 'client-held'; readonly clientId: string; readonly holder: UserId | null }
  /** A node is alive. Published every `NODE_HEARTBEAT_MS` to all nodes. */
  | { readonly kind: 'alive'; readonly node: NodeId };

/** A connection's claim to its `clientId`. */
export interface Claim {
  readonly clientId: string;
  readonly user: UserId;
  readonly connection: ConnectionId;
  /** When the connection began by the store's clock, in milliseconds, and the maximum error of that time. */
  readonly atMs: number;
  readonly errorMs: number;
}

/** Identifies one process: a node that restarts gets a new one. */
export type NodeId = string;
/** Unique among all connections of all nodes. */
export type ConnectionId = string;
export type SessionId = string;
