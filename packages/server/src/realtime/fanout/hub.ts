import type { ChannelId, LogEvent, ServerFrame, UserId } from '@parley/protocol';
import type { SubscriberObserver, Subscribers } from '#kernel/subscribers.ts';
import type { ConnectionId } from '#ports/bus.ts';
import type { Connection } from '../connection/connection.ts';
import { encodeTextFrame } from '../socket/encode-text-frame.ts';
import { WriteBatches, type WriteBatchesDeps } from './write-batches.ts';

const NO_CONNECTIONS: ReadonlySet<Connection> = new Set();

/**
 * The connections of this node by user, and by the channels they subscribe to. A connection gets exactly the frames of the
 * channels in `connection.channels`. Each frame is encoded once for all subscribers.
 */
export class Hub implements Subscribers {
  readonly #channels = new Map<ChannelId, Set<Connection>>();
  readonly #users = new Map<UserId, Set<Connection>>();
  readonly #observers: SubscriberObserver[] = [];
  readonly batches: WriteBatches;

  constructor(deps: WriteBatchesDeps) {
    this.batches = new WriteBatches(deps, this.#channels);
  }

  observe(observer: SubscriberObserver): void {
    this.#observers.push(observer);
  }

  users(): Iterable<UserId> {
    return this.#users.keys();
  }

  connectionsOf(user: UserId): ReadonlySet<Connection> {
    return this.#users.get(user) ?? NO_CONNECTIONS;
  }

  *connections(): Iterable<Connection> {
    for (const connections of this.#users.values()) yield* connections;
  }

  /** Adds a connection. From now on messages on its user's topic reach it. */
  register(connection: Connection): void {
    const { user } = connection;
    const known = this.#users.get(user);
    if (known !== undefined) {
      known.add(connection);
      return;
    }
    this.#users.set(user, new Set([connection]));
    for (const observer of this.#observers) observer.userAdded?.(user);
  }

  unregister(connection: Connection): void {
    for (const channel of connection.channels) this.unsubscribe(connection, channel);
    const { user } = connection;
    const known = this.#users.get(user);
    if (known === undefined || !known.delete(connection) || known.size > 0) return;
    this.#users.delete(user);
    for (const observer of this.#observers) observer.userRemoved?.(user);
  }

  subscribe(connection: Connection, channel: ChannelId): void {
    this.batches.flushChannel(channel);
    connection.channels.add(channel);
    const subscribers = this.#channels.get(channel);
    if (subscribers !== undefined) {
      subscribers.add(connection);
      return;
    }
    this.#channels.set(channel, new Set([connection]));
    for (const observer of this.#observers) observer.channelAdded?.(channel, connection.user);
  }

  unsubscribe(connection: Connection, channel: ChannelId): void {
    this.batches.flushChannel(channel);
    connection.channels.delete(channel);
    const subscribers = this.#channels.get(channel);
    subscribers?.delete(connection);
    if (subscribers?.size !== 0) return;
    this.#channels.delete(channel);
    for (const observer of this.#observers) observer.channelRemoved?.(channel, connection.user);
  }

  /** Hands the batches of all channels of the connection to their subscribers, before the end of the turn. */
  flushChannelsOf(connection: Connection): void {
    for (const channel of connection.channels) this.batches.flushChannel(channel);
  }

  broadcast(channel: ChannelId, frame: ServerFrame, except?: ConnectionId): void {
    this.batches.add(channel, { bytes: encodeTextFrame(JSON.stringify(frame)), seq: undefined, except });
  }

  /** Sends an event to the subscribers of its channel. */
  broadcastEvent(event: LogEvent): void {
    const bytes = encodeTextFrame(JSON.stringify(event));
    this.batches.add(event.channel, { bytes, seq: event.seq, except: undefined });
  }

  /** Sends an encoded frame to every connection. */
  broadcastToAll(bytes: Buffer): void {
    for (const connection of this.connections()) connection.write({ bytes });
  }
}
