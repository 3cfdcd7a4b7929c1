import {
  assertNever,
  CLOSE,
  type ChannelId,
  type ChannelSummary,
  type LogEvent,
  type PresenceState,
  type UserId,
} from '@parley/protocol';
import { directMembers, isDirectMessage } from '#chat/channels/direct-message.ts';
import type { Presence } from '#chat/presence/presence.ts';
import type { Typing } from '#chat/typing/typing.ts';
import type { Feed } from '#kernel/feed.ts';
import type { Bus, ChannelMessage, ConnectionId, UserMessage } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChannelState } from '#ports/store.ts';
import type { Connection } from '../connection/connection.ts';
import { encodeTextFrame } from '../socket/encode-text-frame.ts';
import { FlushThrottle } from './flush-throttle.ts';

/** One frame for a whole channel, encoded once. */
interface ChannelFrame {
  readonly bytes: Buffer;
  /** Its place in the log; undefined for typing. */
  readonly seq: number | undefined;
  /** The connection that must not get it. */
  readonly except: ConnectionId | undefined;
}

export interface HubDeps {
  readonly bus: Bus;
  readonly clock: Pick<Clock, 'elapsed' | 'after'>;
  /** Runs a task after everything that this turn of the event loop produces. */
  readonly afterTurn: (task: () => void) => void;
}

/** What stands beside the fan-out. */
export interface Neighbours {
  readonly feed: Feed;
  readonly presence: Presence;
  readonly typing: Typing;
  /** The bus says that the user was suspended. */
  readonly suspended: (user: UserId) => void;
}

interface LocalUser {
  readonly connections: Set<Connection>;
  /** By channel, how far the cursor is that every connection was told; null where the bus loses no news. */
  readonly cursors: Map<ChannelId, number> | null;
  readonly unsubscribe: () => void;
}

type CursorMessage = Extract<UserMessage, { kind: 'cursor' }>;

/**
 * Writes what happens in a channel to every connection that may hear it. Each event is encoded once; what one turn of
 * the event loop produced becomes one write per socket. A connection hears exactly the channels in `connection.channels`,
 * which follow the log: a `joined` or `left` of its user changes them between the events before and those after it.
 */
export class Hub {
  readonly #deps: HubDeps;
  #neighbours: Neighbours | null = null;
  readonly #channels = new Map<ChannelId, Set<Connection>>();
  readonly #ephemeral = new Map<ChannelId, () => void>();
  readonly #users = new Map<UserId, LocalUser>();
  readonly #batches = new Map<ChannelId, ChannelFrame[]>();
  #dirty: Connection[] = [];
  #scheduled = false;
  readonly #rest: FlushThrottle;

  constructor(deps: HubDeps) {
    this.#deps = deps;
    this.#rest = new FlushThrottle(deps.clock);
  }

  /** They deliver to the fan-out and the fan-out tells them what to follow, so one of them comes first. */
  connect(neighbours: Neighbours): void {
    this.#neighbours = neighbours;
  }

  users(): Iterable<UserId> {
    return this.#users.keys();
  }

  connectionsOf(user: UserId): ReadonlySet<Connection> {
    return this.#users.get(user)?.connections ?? new Set();
  }

  *connections(): Iterable<Connection> {
    for (const { connections } of this.#users.values()) yield* connections;
  }

  /** From now on the connection hears what concerns its user, `gained` channels among it. */
  register(connection: Connection): void {
    const known = this.#users.get(connection.user);
    if (known !== undefined) {
      known.connections.add(connection);
      return;
    }
    const unsubscribe = this.#deps.bus.subscribe(`user.${connection.user}`, (message) => this.#onUserMessage(message));
    const cursors = this.#deps.bus.isReliable ? null : new Map<ChannelId, number>();
    this.#users.set(connection.user, { connections: new Set([connection]), cursors, unsubscribe });
  }

  unregister(connection: Connection): void {
    for (const channel of connection.channels) this.#drop(connection, channel);
    const known = this.#users.get(connection.user);
    if (known === undefined || !known.connections.delete(connection) || known.connections.size > 0) return;
    known.unsubscribe();
    this.#users.delete(connection.user);
  }

  subscribe(connection: Connection, channel: ChannelId): void {
    this.#flushChannel(channel);
    connection.channels.add(channel);
    const subscribers = this.#channels.get(channel);
    if (subscribers !== undefined) {
      subscribers.add(connection);
      return;
    }
    this.#channels.set(channel, new Set([connection]));
    const undo = this.#deps.bus.subscribe(`channel.${channel}`, (message) => this.#onTyping(message));
    this.#ephemeral.set(channel, undo);
    if (isDirectMessage(channel)) this.#neighbours?.presence.follow(channel, directMembers(channel, connection.user));
  }

  /** What the feed hands out: events of one channel, in order. */
  deliver(channel: ChannelId, events: readonly LogEvent[]): void {
    for (const event of events) {
      if (event.type === 'left') this.#removeFromChannel(event.user, channel);
      if (event.type === 'joined') this.#reconnectIfUnsubscribed(event.user, channel);
      this.#broadcast(channel, { bytes: encodeTextFrame(JSON.stringify(event)), seq: event.seq, except: undefined });
    }
  }

  /** Hands over what waits for the end of the turn, in every channel that the connection hears. */
  flushChannelsOf(connection: Connection): void {
    for (const channel of connection.channels) this.#flushChannel(channel);
  }

  /** Someone in this direct message came or went. */
  broadcastPresence(channel: ChannelId, user: UserId, state: PresenceState): void {
    this.#broadcast(channel, { bytes: presenceBytes(user, state), seq: undefined, except: undefined });
  }

  /** What the connections of a user were told of their read cursors, at the least. */
  recordSentCursors(user: UserId, told: Iterable<Pick<ChannelSummary, 'id' | 'readSeq'>>): void {
    const cursors = this.#users.get(user)?.cursors ?? null;
    if (cursors === null) return;
    for (const { id, readSeq } of told) if (!cursors.has(id)) cursors.set(id, readSeq);
  }

  lastSentCursor(user: UserId, channel: ChannelId): number {
    return this.#users.get(user)?.cursors?.get(channel) ?? 0;
  }

  /** A frame to every connection. */
  broadcastToAll(bytes: Buffer): void {
    for (const connection of this.connections()) connection.write({ bytes });
  }

  /** A connection has something to write. */
  markDirty(connection: Connection): void {
    this.#dirty.push(connection);
    this.#schedule();
  }

  /** Typing: told, never stored. */
  #onTyping(message: ChannelMessage): void {
    if (message.kind !== 'typing' || this.#neighbours?.typing.receive(message) === false) return;
    const { channel, user, on, from } = message;
    const bytes = encodeTextFrame(JSON.stringify({ type: 'typing', channel, user, on }));
    this.#broadcast(channel, { bytes, seq: undefined, except: from });
  }

  #onUserMessage(message: UserMessage): void {
    switch (message.kind) {
      case 'membership-granted':
        return this.addToChannel(message.user, asNewMember(message.channel));
      case 'membership-uncertain':
        for (const connection of this.connectionsOf(message.user)) {
          if (connection.channels.has(message.channel)) continue;
          connection.close(CLOSE.restarting, 'may have missed a channel');
        }
        return;
      case 'cursor':
        return this.sendCursor(message);
      case 'session-ended':
        return this.#closeWhere(
          message.user,
          CLOSE.sessionEnded,
          (connection) => connection.session === message.session,
        );
      case 'suspended':
        return this.#neighbours?.suspended(message.user);
      default:
        return assertNever(message);
    }
  }

  #closeWhere(user: UserId, code: 4001, applies: (connection: Connection) => boolean): void {
    for (const connection of this.connectionsOf(user)) if (applies(connection)) connection.close(code, '');
  }

  /** A read cursor stands there now, or stood there already: the connections that did not move it hear so. */
  sendCursor({ user, channel, seq, unread, mentions, lastSeq, from }: Omit<CursorMessage, 'kind'>): void {
    const local = this.#users.get(user);
    if (local === undefined) return;
    // What comes late, or twice, must not take back what was told since.
    if (seq < (local.cursors?.get(channel) ?? 0)) return;
    local.cursors?.set(channel, seq);
    for (const connection of local.connections) {
      if (connection.id === from || !connection.channels.has(channel)) continue;
      connection.send({ type: 'read', channel, seq, unread, mentions, lastSeq });
    }
  }

  /** The user is a member, as `channel` tells: whoever of their connections does not know is told. */
  addToChannel(user: UserId, channel: ChannelSummary): void {
    const gaining = [...this.connectionsOf(user)].filter((connection) => !connection.channels.has(channel.id));
    if (gaining.length === 0) return;
    const isNext = this.#neighbours?.feed.followFrom(channel.id, channel.lastSeq) ?? true;
    if (!isNext) {
      // The news is late: what follows it was handed out already. What was missed is told by a new start.
      for (const connection of gaining) connection.close(CLOSE.restarting, 'heard late of a channel');
      return;
    }
    for (const connection of gaining) {
      this.subscribe(connection, channel.id);
      const bytes = encodeTextFrame(JSON.stringify({ type: 'channel', channel }));
      connection.write({ bytes, channel: channel.id, seq: channel.lastSeq });
      for (const member of channel.members ?? []) {
        if (!this.#neighbours?.presence.isOnline(member)) continue;
        connection.write({ bytes: presenceBytes(member, 'online'), channel: channel.id });
      }
    }
    this.recordSentCursors(user, [channel]);
  }

  /** The bus may have lost `gained`. Whoever can't be told exactly what they gained is told to come back. */
  #reconnectIfUnsubscribed(user: UserId, channel: ChannelId): void {
    for (const connection of this.connectionsOf(user)) {
      if (connection.isInitializing || connection.channels.has(channel)) continue;
      connection.close(CLOSE.restarting, 'missed a channel');
    }
  }

  #removeFromChannel(user: UserId, channel: ChannelId): void {
    for (const connection of this.connectionsOf(user)) {
      if (!connection.channels.has(channel)) continue;
      this.#drop(connection, channel);
      connection.discardBuffered(channel);
      connection.send({ type: 'removed', channel });
    }
  }

  #drop(connection: Connection, channel: ChannelId): void {
    this.#flushChannel(channel);
    connection.channels.delete(channel);
    const subscribers = this.#channels.get(channel);
    subscribers?.delete(connection);
    if (subscribers?.size !== 0) return;
    this.#channels.delete(channel);
    this.#ephemeral.get(channel)?.();
    this.#ephemeral.delete(channel);
    this.#neighbours?.feed.unfollow(channel);
    this.#neighbours?.typing.clear(channel);
    if (isDirectMessage(channel)) this.#neighbours?.presence.unfollow(channel, directMembers(channel, connection.user));
  }

  #broadcast(channel: ChannelId, frame: ChannelFrame): void {
    const batch = this.#batches.get(channel);
    if (batch === undefined) this.#batches.set(channel, [frame]);
    else batch.push(frame);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#deps.afterTurn(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const isResting = this.#rest.isActive(() => this.#schedule());
    const startedMs = this.#deps.clock.elapsed();
    const isBatched = !isResting && this.#flushBatches();
    const markDirty = this.#dirty;
    this.#dirty = [];
    for (const connection of markDirty) connection.flush();
    if (isBatched) this.#rest.start(this.#deps.clock.elapsed() - startedMs);
  }

  /** Returns whether some channel had several events. */
  #flushBatches(): boolean {
    // With one channel its bytes can go straight to the sockets; bytes of several are gathered for one write each.
    const isOnly = this.#batches.size === 1;
    let isBatched = false;
    for (const [channel, batch] of this.#batches) {
      isBatched ||= batch.length > 1;
      this.#flushChannel(channel, isOnly);
    }
    return isBatched;
  }

  /** Hands a channel's batch to those who hear it now: called before that changes. */
  #flushChannel(channel: ChannelId, isAtOnce = false): void {
    const batch = this.#batches.get(channel);
    if (batch === undefined) return;
    this.#batches.delete(channel);
    const shared = join(batch);
    const excepted = excludedConnections(batch);
    for (const connection of this.#channels.get(channel) ?? []) {
      if (connection.isInitializing) bufferFrames(connection, channel, batch);
      else if (excepted?.has(connection.id)) writeOwn(connection, batch);
      else if (isAtOnce) connection.writeNow(shared, batch.length);
      else connection.writeShared(shared, batch.length);
    }
  }
}

function presenceBytes(user: UserId, state: PresenceState): Buffer {
  return encodeTextFrame(JSON.stringify({ type: 'presence', user, state }));
}

function join(batch: readonly ChannelFrame[]): Buffer {
  const [first] = batch;
  return batch.length === 1 && first !== undefined ? first.bytes : Buffer.concat(batch.map(({ bytes }) => bytes));
}

/** Null for a batch that everyone gets: the usual case, in which nobody's id has to be looked up. */
function excludedConnections(batch: readonly ChannelFrame[]): ReadonlySet<ConnectionId> | null {
  const excepted = batch.flatMap(({ except }) => (except === undefined ? [] : [except]));
  return excepted.length === 0 ? null : new Set(excepted);
}

function bufferFrames(connection: Connection, channel: ChannelId, batch: readonly ChannelFrame[]): void {
  for (const { bytes, seq, except } of batch) {
    if (except !== connection.id) connection.write({ bytes, channel, ...(seq === undefined ? {} : { seq }) });
  }
}

function writeOwn(connection: Connection, batch: readonly ChannelFrame[]): void {
  const own = batch.filter(({ except }) => except !== connection.id);
  if (own.length > 0) connection.writeShared(join(own), own.length);
}

/** The channel as its new member sees it: everything up to now counts as read. */
function asNewMember(channel: ChannelState): ChannelSummary {
  const { id, kind, name, topic, createdBy, lastSeq, memberCount, dmMembers } = channel;
  return {
    id,
    kind,
    name,
    topic,
    lastSeq,
    readSeq: lastSeq,
    unread: 0,
    mentions: 0,
    memberCount,
    ...(dmMembers === undefined ? {} : { members: [...dmMembers] }),
    ...(createdBy === null ? {} : { createdBy }),
  };
}
