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
  /**
   * Calls each time the connection to the other nodes is back after it was away: what was said meanwhile is lost, so
   * whoever knows the truth from the store compares now. Every subscription is in force again by then. A bus within one
   * process never calls. Returns its undo, which may be called twice.
   */
  onReturn(hear: () => void): () => void;
  close(): Promise<void>;
}

/** On `presence.…` is told whether that user is here, to the nodes that hold the user or a partner of theirs. */
export type Topic = `channel.${ChannelId}` | `user.${UserId}` | `presence.${UserId}` | 'everyone';

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
  /** On one node someone came, went, or is still there. On the user's topic of presence. */
  | { readonly kind: 'presence'; readonly user: UserId; readonly node: NodeId; readonly state: PresenceState }
  /** A node has begun to care whether `user` is there: nodes that hold the user say so. On the user's topic of presence. */
  | { readonly kind: 'presence-asked'; readonly user: UserId }
  /** A read cursor moved. On the user's topic; the connection that moved it does not hear of it. */
  | {
      readonly kind: 'cursor';
      readonly user: UserId;
      readonly channel: ChannelId;
      readonly seq: number;
      readonly unread: number;
      readonly mentions: number;
      /** The head of the channel as of which these were counted. */
      readonly lastSeq: number;
      readonly from: ConnectionId | null;
    }
  /** On the user's topic. */
  | { readonly kind: 'session-ended'; readonly user: UserId; readonly session: SessionId }
  /** On the user's topic. */
  | { readonly kind: 'suspended'; readonly user: UserId }
  /** A name, handle or role changed. To everyone. */
  | { readonly kind: 'profile'; readonly user: UserId }
  /** Connections of the user, new ones or all of a node: an older one with the same `clientId` gives way. On the user's topic. */
  | { readonly kind: 'claimed'; readonly user: UserId; readonly claims: readonly Claim[] }
  /** A node is alive. Said every `BEAT_MS`, to everyone. */
  | { readonly kind: 'alive'; readonly node: NodeId };

/** A connection's hold on its `clientId`. */
export interface Claim {
  readonly clientId: string;
  readonly connection: ConnectionId;
  /** When it began by the store's clock, milliseconds, and by how much that may be wrong. */
  readonly atMs: number;
  readonly errorMs: number;
}

/** One start of one node: it dies with the process. */
export type NodeId = string;
/** Unique among all connections of all nodes. */
export type ConnectionId = string;
export type SessionId = string;
