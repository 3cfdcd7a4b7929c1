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
  publish<T extends Topic>(topic: T, message: MessageOn<T>): void;
  /** Returns the function that unsubscribes, which may be called twice. */
  subscribe<T extends Topic>(topic: T, onMessage: BusHandler<MessageOn<T>>): () => void;
  /**
   * Sends a request to the other nodes that subscribe to the topic. Resolves with the first reply. Resolves with null as
   * soon as it is known that no other node subscribes, immediately while the bus is disconnected, and after
   * `BUS_REPLY_TIMEOUT_MS` otherwise. A request arrives at most once. Never rejects. The requester does not receive its own request.
   */
  request<T extends Topic>(topic: T, question: MessageOn<T>): Promise<MessageOn<T> | null>;
  /**
   * Calls `onReconnected` each time the connection to the other nodes is restored. Messages published during the outage
   * are lost, so the handler reconciles with the store. All subscriptions are active again by then. A bus within one
   * process never calls it. Returns the function that removes the handler, which may be called twice.
   */
  onReconnect(onReconnected: () => void): () => void;
  close(): Promise<void>;
}

/** `reply` sends its argument to the node that made the request. It does nothing for a message that was only published. */
export type BusHandler<M extends BusMessage = BusMessage> = (message: M, reply: (message: M) => void) => void;

/**
 * `presence.…` carries whether that user is online, to the nodes with a connection of the user or of a partner of theirs.
 * `client.…` carries which user holds that clientId, to the nodes where it is claimed or requested.
 */
export type Topic = `channel.${ChannelId}` | `user.${UserId}` | `presence.${UserId}` | `client.${string}` | 'nodes';

/** The messages of each kind of topic. The key is what the topic begins with. */
export interface TopicMessages {
  readonly channel: ChannelMessage;
  readonly user: UserMessage;
  readonly presence: PresenceMessage;
  readonly client: ClientIdMessage;
  readonly nodes: NodesMessage;
}

/** The messages that can be published on a topic. */
export type MessageOn<T extends Topic> = T extends `${infer Family extends keyof TopicMessages}.${string}`
  ? TopicMessages[Family]
  : NodesMessage;

export type BusMessage = TopicMessages[keyof TopicMessages];

export type ChannelMessage =
  /** Committed events of one channel, in order. */
  | { readonly kind: 'committed'; readonly channel: ChannelId; readonly events: readonly LogEvent[] }
  /** Not delivered to the connection that typed. */
  | {
      readonly kind: 'typing';
      readonly channel: ChannelId;
      readonly user: UserId;
      readonly on: boolean;
      readonly from: ConnectionId;
    };

export type UserMessage =
  /** `user` is about to become a member: `channel` is its state just before the `joined` that follows. */
  | { readonly kind: 'membership-granted'; readonly user: UserId; readonly channel: ChannelState }
  /** `user` may have become a member: the outcome of the commit is unknown. */
  | { readonly kind: 'membership-uncertain'; readonly user: UserId; readonly channel: ChannelId }
  /** A read cursor moved. Not delivered to the connection that moved it. */
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
  | { readonly kind: 'session-ended'; readonly user: UserId; readonly session: SessionId }
  | { readonly kind: 'suspended'; readonly user: UserId };

export type PresenceMessage =
  /** The user connected to a node, disconnected from it, or is still connected. */
  | { readonly kind: 'presence'; readonly user: UserId; readonly node: NodeId; readonly state: PresenceState }
  /** A node started to watch `user`: the nodes with a connection of the user publish `presence`. */
  | { readonly kind: 'presence-requested'; readonly user: UserId };

export type ClientIdMessage =
  /** A new or open connection holds its `clientId`: on a conflict the others close, or it does. */
  | ({ readonly kind: 'client-id-claimed' } & Claim)
  /** A request: who holds it? `consume` when `user` is about to claim it, `peek` for a check only. */
  | {
      readonly kind: 'client-id-requested';
      readonly clientId: string;
      readonly user: UserId;
      readonly use: 'consume' | 'peek';
    }
  /** The reply: the user who holds it, or who requests it with precedence; null for nobody. */
  | { readonly kind: 'client-id-held'; readonly clientId: string; readonly holder: UserId | null };

export type NodesMessage =
  /** A name, handle or role changed. */
  | { readonly kind: 'profile'; readonly user: UserId }
  /** A node is alive. Published every `NODE_HEARTBEAT_MS`. */
  | { readonly kind: 'node-heartbeat'; readonly node: NodeId };

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
