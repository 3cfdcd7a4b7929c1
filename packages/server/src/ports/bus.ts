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
  subscribe(topic: Topic, hear: BusHandler): () => void;
  /**
   * Asks the other nodes that listen to the topic. Resolves with the first answer; with null as soon as it is known that
   * none listens, else after `BUS_ANSWER_MS`, and at once while the bus is away. A question comes once or not at all. Never
   * rejects. The asker does not hear itself.
   */
  request(topic: Topic, question: BusMessage): Promise<BusMessage | null>;
  /**
   * Calls each time the connection to the other nodes is back after it was away: what was said meanwhile is lost, so
   * whoever knows the truth from the store compares now. Every subscription is in force again by then. A bus within one
   * process never calls. Returns its undo, which may be called twice.
   */
  onReconnect(hear: () => void): () => void;
  close(): Promise<void>;
}

/** `answer` reaches whoever asked; what was only published, nobody asked. */
export type BusHandler = (message: BusMessage, answer: (reply: BusMessage) => void) => void;

/**
 * On `presence.…` is told whether that user is here, to the nodes that hold the user or a partner of theirs; on `client.…`
 * who holds that clientId, to the nodes where it is held or wanted.
 */
export type Topic = `channel.${ChannelId}` | `user.${UserId}` | `presence.${UserId}` | `client.${string}` | 'everyone';

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
  /** A connection, new or still there, holds its `clientId`: others give way, or it does. On the clientId's topic. */
  | ({ readonly kind: 'claimed' } & Claim)
  /** A question, on the clientId's topic: may `user` have it, now ("spend"), or does someone only look? */
  | { readonly kind: 'client-wanted'; readonly clientId: string; readonly user: UserId; readonly use: 'spend' | 'look' }
  /** Its answer: who holds it, or wants it with more right; null for nobody. */
  | { readonly kind: 'client-held'; readonly clientId: string; readonly holder: UserId | null }
  /** A node is alive. Said every `BEAT_MS`, to everyone. */
  | { readonly kind: 'alive'; readonly node: NodeId };

/** A connection's hold on its `clientId`. */
export interface Claim {
  readonly clientId: string;
  readonly user: UserId;
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
