import type { OpenSocket, SocketHandlers, HandshakeProbe } from '@parley/client';
import type {
  ChannelSummary,
  ClientFrame,
  ErrorCode,
  LogEvent,
  MessagePage,
  ServerFrame,
  User,
  UserId,
} from '@parley/protocol';
import { countUnread, foldLog } from './reference-model.ts';
import type { VirtualClock } from './virtual-clock.ts';

type DraftOf<E> = E extends LogEvent ? Omit<E, 'channel' | 'seq' | 'at'> : never;
/** An event without its position in the log. */
export type EventDraft = DraftOf<LogEvent>;

export interface FakeChannel {
  readonly id: string;
  readonly kind: ChannelSummary['kind'];
  name: string;
  topic: string;
  readonly members: Set<UserId>;
  /** For a direct message: its fixed members. */
  readonly dmMembers: readonly UserId[];
  readonly log: LogEvent[];
  readonly readSeqs: Map<UserId, number>;
}

/** Replaces a frame on its way to a client with any number of frames. */
export type FrameFilter = (frame: ServerFrame, connection: FakeConnection) => readonly ServerFrame[];

const LIMITS = { maxBodyChars: 10_000, maxFrameBytes: 65_536 };
export const TIMERS = { pingMs: 25_000, typingRepeatMs: 3_000, typingExpireMs: 6_000, sendTimeoutMs: 10_000 };

/** A Parley server without storage, permissions or sockets. It follows the protocol unless a test makes it misbehave. */
export class FakeServer {
  readonly clock: VirtualClock;
  readonly channels = new Map<string, FakeChannel>();
  readonly users = new Map<UserId, User>();
  readonly connections: FakeConnection[] = [];
  /** Every received command, in order. */
  readonly received: ClientFrame[] = [];
  epoch = 'e_1';
  latencyMs = 5;
  /** Whether an author receives `ok` before the event, instead of after it. */
  isOkFirst = false;
  /** If not null, handshakes are refused, and a probe gets this response. */
  handshakeRefusal: HandshakeProbe | null = null;
  filter: FrameFilter | null = null;
  /** Handles a command instead of the server. Null: the server handles it. []: nothing happens. */
  intercept: ((command: ClientFrame, connection: FakeConnection) => readonly ServerFrame[] | null) | null = null;
  maxSyncDistance = 10_000;

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  addUser(id: UserId): User {
    const user = { id, name: id.slice(2), handle: id.slice(2) };
    this.users.set(id, user);
    return user;
  }

  addChannel(id: string, members: readonly UserId[], kind: ChannelSummary['kind'] = 'public'): FakeChannel {
    const name = kind === 'dm' ? '' : id.slice(2);
    const channel: FakeChannel = {
      id,
      kind,
      name,
      topic: '',
      members: new Set(),
      dmMembers: members,
      log: [],
      readSeqs: new Map(),
    };
    this.channels.set(id, channel);
    for (const user of members) this.join(id, user);
    return channel;
  }

  channel(id: string): FakeChannel {
    const channel = this.channels.get(id);
    if (channel === undefined) throw new Error(`no channel ${id}`);
    return channel;
  }

  /** Stores an event and sends it to the connected members. */
  append(id: string, draft: EventDraft): LogEvent {
    const channel = this.channel(id);
    const event: LogEvent = { ...draft, channel: id, seq: channel.log.length + 1, at: this.clock.now() };
    channel.log.push(event);
    if (event.type === 'deleted') scrub(channel.log, event.id);
    if (event.type === 'renamed') ({ name: channel.name, topic: channel.topic } = event);
    for (const connection of this.online()) if (channel.members.has(connection.user)) connection.send(event);
    return event;
  }

  /** Posts a message by the user `by`. */
  post(
    id: string,
    by: UserId,
    { body = '', ...more }: { body?: string; id?: string; mentions?: UserId[] } = {},
  ): LogEvent {
    const message = { id: more.id ?? `m-${id}-${this.channel(id).log.length + 1}`, body };
    const mentions = more.mentions === undefined ? {} : { mentions: more.mentions };
    return this.append(id, { type: 'message', by, message: { ...message, ...mentions } });
  }

  join(id: string, user: UserId): void {
    const channel = this.channel(id);
    const channelSummary = { ...this.summary(channel, user), readSeq: channel.log.length, unread: 0, mentions: 0 };
    for (const connection of this.#connectionsOf(user)) connection.send({ type: 'channel', channel: channelSummary });
    channel.readSeqs.set(user, channel.log.length);
    channel.members.add(user);
    this.append(id, { type: 'joined', by: user, user });
  }

  remove(id: string, user: UserId): void {
    this.channel(id).members.delete(user);
    this.append(id, { type: 'left', by: user, user });
    for (const connection of this.#connectionsOf(user)) connection.send({ type: 'removed', channel: id });
  }

  /** Moves the cursor like another device of the user. */
  read(id: string, user: UserId, seq: number): void {
    const channel = this.channel(id);
    channel.readSeqs.set(user, seq);
    const { unread, mentions } = this.summary(channel, user);
    for (const connection of this.#connectionsOf(user)) {
      connection.send({ type: 'read', channel: id, seq, unread, mentions });
    }
  }

  /** Connections that have received `ready` and are open. */
  online(): readonly FakeConnection[] {
    return this.connections.filter(({ state }) => state === 'online');
  }

  #connectionsOf(user: UserId): readonly FakeConnection[] {
    return this.online().filter((connection) => connection.user === user);
  }

  /** The latest one. */
  get connection(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('there is no connection');
    return connection;
  }

  commands<T extends ClientFrame['type']>(type: T): readonly Extract<ClientFrame, { type: T }>[] {
    return this.received.filter((command): command is Extract<ClientFrame, { type: T }> => command.type === type);
  }

  /** Opens sockets to this server that are authenticated as `user`. */
  openSocket(user: UserId): OpenSocket {
    return (clientId, handlers) => {
      const connection = new FakeConnection(this, { user, clientId, handlers });
      this.connections.push(connection);
      return connection.socket;
    };
  }

  probeHandshake(): Promise<HandshakeProbe> {
    return Promise.resolve(
      this.handshakeRefusal ?? { kind: 'answered', status: 426, code: 'upgrade_required', retryAfterMs: null },
    );
  }

  summaries(user: UserId): readonly ChannelSummary[] {
    return [...this.channels.values()]
      .filter(({ members }) => members.has(user))
      .map((channel) => this.summary(channel, user));
  }

  summary(channel: FakeChannel, user: UserId): ChannelSummary {
    const { id, kind, name, topic, members, log } = channel;
    const readSeq = channel.readSeqs.get(user) ?? 0;
    return {
      id,
      kind,
      name,
      topic,
      lastSeq: log.length,
      readSeq,
      memberCount: members.size,
      ...countUnread(log, { me: user, readSeq }),
      ...(kind === 'dm' ? { members: [...channel.dmMembers] } : {}),
    };
  }
}

/** `half-open`: frames no longer arrive in either direction, and neither side is notified. */
type FakeConnectionState = 'opening' | 'open' | 'online' | 'half-open' | 'closed';

export class FakeConnection {
  readonly user: UserId;
  readonly clientId: string;
  readonly socket;
  readonly #server: FakeServer;
  readonly #handlers: SocketHandlers;
  state: FakeConnectionState = 'opening';

  constructor(server: FakeServer, from: { user: UserId; clientId: string; handlers: SocketHandlers }) {
    this.#server = server;
    this.user = from.user;
    this.clientId = from.clientId;
    this.#handlers = from.handlers;
    this.socket = {
      send: (text: string) => this.#receive(text),
      bufferedBytes: () => 0,
      close: () => {
        if (this.state === 'closed') return;
        this.state = 'closed';
        // Like browsers: the close event arrives later, even if the client has opened another socket.
        this.#later(() => this.#handlers.closed(1005));
      },
    };
    this.#later(() => this.#open());
  }

  /** Sends a frame through the filter, if there is one. */
  send(frame: ServerFrame): void {
    const frames = this.#server.filter?.(frame, this) ?? [frame];
    for (const one of frames) this.sendRaw(JSON.stringify(one));
  }

  sendRaw(text: string): void {
    this.#later(() => {
      if (this.state === 'open' || this.state === 'online') this.#handlers.received(text);
    });
  }

  /** Closes from the server's side. 1006 is a broken connection. */
  close(code = 1006): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.#handlers.closed(code);
  }

  goSilent(): void {
    this.state = 'half-open';
  }

  #open(): void {
    if (this.state !== 'opening') return;
    if (this.#server.handshakeRefusal !== null) return this.close();
    this.state = 'open';
    this.#handlers.opened();
    this.#ready();
  }

  #ready(): void {
    const { epoch, clock, users } = this.#server;
    const user = users.get(this.user) ?? this.#server.addUser(this.user);
    this.state = 'online';
    this.send({
      type: 'ready',
      protocol: 1,
      epoch,
      user,
      serverTime: clock.now(),
      limits: LIMITS,
      timers: TIMERS,
      channels: [...this.#server.summaries(this.user)],
    });
  }

  #receive(text: string): void {
    this.#later(() => {
      if (this.state !== 'online') return;
      const command = JSON.parse(text) as ClientFrame;
      this.#server.received.push(command);
      const replies = this.#server.intercept?.(command, this) ?? null;
      if (replies === null) this.#execute(command);
      else for (const frame of replies) this.send(frame);
    });
  }

  #execute(command: ClientFrame): void {
    const { ref } = command;
    if (command.type === 'typing') return;
    if (command.type === 'ping') return this.send({ type: 'pong', ref: command.ref, heads: this.#heads() });
    const channel = command.type === 'send' ? this.#target(command.channel, command.to) : this.#find(command.channel);
    if (channel === null) return this.refuse(ref, 'not_found');
    switch (command.type) {
      case 'send':
        return this.#send(channel, command);
      case 'edit':
        return this.#store(channel, ref, { type: 'edited', by: this.user, id: command.id, body: command.body });
      case 'delete':
        return this.#store(channel, ref, { type: 'deleted', by: this.user, id: command.id });
      case 'react':
        return this.#store(channel, ref, { type: 'reacted', by: this.user, id: command.id, emoji: command.emoji });
      case 'unreact':
        return this.#store(channel, ref, { type: 'unreacted', by: this.user, id: command.id, emoji: command.emoji });
      case 'read':
        channel.readSeqs.set(this.user, Math.min(command.seq, channel.log.length));
        if (ref !== undefined) this.send({ type: 'ok', ref });
        return;
      case 'sync':
        return this.#sync(channel, command);
      case 'history':
        return this.send({ type: 'messages', ref: command.ref, ...pageOf(channel, command) });
    }
  }

  refuse(ref: number | undefined, code: ErrorCode, retryAfterMs?: number): void {
    this.send({
      type: 'error',
      code,
      message: code,
      ...(ref === undefined ? {} : { ref }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  #send(channel: FakeChannel, { ref, id, body, thread }: Extract<ClientFrame, { type: 'send' }>): void {
    const first = channel.log.find((event) => event.type === 'message' && event.message.id === id);
    if (first !== undefined) return this.#ok(ref, first);
    const message = { id, body, ...(thread === undefined ? {} : { thread }) };
    this.#append(channel, ref, { type: 'message', by: this.user, message });
  }

  #store(channel: FakeChannel, ref: number | undefined, draft: EventDraft): void {
    if (!foldLog(channel.log).some((message) => 'id' in draft && message.id === draft.id)) {
      return this.refuse(ref, 'not_found');
    }
    this.#append(channel, ref, draft);
  }

  #append(channel: FakeChannel, ref: number | undefined, draft: EventDraft): void {
    const next = { channel: channel.id, seq: channel.log.length + 1, at: this.#server.clock.now() };
    if (this.#server.isOkFirst) this.#ok(ref, next);
    this.#server.append(channel.id, draft);
    if (!this.#server.isOkFirst) this.#ok(ref, next);
  }

  #ok(ref: number | undefined, { channel, seq, at }: Pick<LogEvent, 'channel' | 'seq' | 'at'>): void {
    if (ref !== undefined) this.send({ type: 'ok', ref, channel, seq, at });
  }

  #sync(channel: FakeChannel, { ref, after, limit = 500 }: Extract<ClientFrame, { type: 'sync' }>): void {
    const lastSeq = channel.log.length;
    if (after > lastSeq || lastSeq - after > this.#server.maxSyncDistance) {
      return this.send({ type: 'reset', ref, channel: channel.id });
    }
    const events = channel.log.slice(after, after + limit);
    this.send({ type: 'events', ref, channel: channel.id, events, lastSeq, more: after + events.length < lastSeq });
  }

  #target(id: string | undefined, to: UserId | undefined): FakeChannel | null {
    if (id !== undefined) return this.#find(id);
    if (to === undefined) return null;
    const dm = `c_${[this.user, to].toSorted().join('-')}`;
    return this.#server.channels.get(dm) ?? this.#server.addChannel(dm, [this.user, to], 'dm');
  }

  #find(id: string): FakeChannel | null {
    const channel = this.#server.channels.get(id);
    return channel?.members.has(this.user) === true ? channel : null;
  }

  #heads(): Record<string, number> {
    return Object.fromEntries(this.#server.summaries(this.user).map(({ id, lastSeq }) => [id, lastSeq]));
  }

  #later(task: () => void): void {
    this.#server.clock.after(this.#server.latencyMs, task);
  }
}

interface PageQuery {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly around?: number | undefined;
  readonly limit?: number | undefined;
}

export function pageOf({ id, log }: FakeChannel, { before, after, around, limit = 50 }: PageQuery): MessagePage {
  const all = foldLog(log);
  const from = (seq: number): number => all.findIndex((message) => message.seq >= seq);
  let start = all.length - limit;
  if (before !== undefined) start = (from(before) === -1 ? all.length : from(before)) - limit;
  if (after !== undefined) start = from(after + 1) === -1 ? all.length : from(after + 1);
  if (around !== undefined) start = (from(around) === -1 ? all.length : from(around)) - Math.floor(limit / 2);
  const end = before === undefined ? start + limit : start + limit;
  const messages = all.slice(Math.max(0, start), Math.max(0, end));
  return { channel: id, messages, asOf: log.length, more: start > 0, moreAfter: end < all.length };
}

function scrub(log: LogEvent[], id: string): void {
  for (const [index, event] of log.entries()) {
    if (event.type === 'message' && event.message.id === id) log[index] = { ...event, message: { id, deleted: true } };
    if (event.type === 'edited' && event.id === id) log[index] = { ...event, body: '', deleted: true };
  }
}
