import {
  type ChannelId,
  isLogEvent,
  type LogEvent,
  MAX_BODY_CHARS,
  type MessagePage,
  type PongFrame,
  type ReadyFrame,
  SEND_TIMEOUT_MS,
  type ServerFrame,
  TYPING_EXPIRE_MS,
  TYPING_REPEAT_MS,
} from '@parley/protocol';
import { position } from './channels/channel-state.ts';
import { GapSync, type GapSyncDeps } from './channels/gap-sync.ts';
import { Replica } from './channels/replica.ts';
import type { ConnectionState } from './connection/connection-state.ts';
import { Connection } from './connection/connection.ts';
import { Requests } from './connection/requests.ts';
import type { ClientEnvironment, Clock, Persistence, Random } from './environment.ts';
import { type OutboxPersistenceDeps, OutboxPersistence } from './outbox/outbox-persistence.ts';
import { Outbox, type OutboxDeps } from './outbox/outbox.ts';
import type { Conversation } from './parley-client.ts';
import { Readables } from './readables.ts';
import { ReadSender, type ReadSenderDeps } from './reading/read-sender.ts';
import { HistoryLoader, type HistoryLoaderDeps } from './timeline/history-loader.ts';
import { Timelines, type TimelinesDeps } from './timeline/timelines.ts';
import { TypingReceiver, type TypingReceiverDeps } from './typing/typing-receiver.ts';
import { TypingSender, type TypingSenderDeps } from './typing/typing-sender.ts';
import { UserDirectory, type UserDirectoryDeps } from './users/user-directory.ts';

/** What a server that has not spoken yet is taken to want. */
const DEFAULTS = {
  limits: { maxBodyChars: MAX_BODY_CHARS },
  timers: { sendTimeoutMs: SEND_TIMEOUT_MS, typingRepeatMs: TYPING_REPEAT_MS, typingExpireMs: TYPING_EXPIRE_MS },
};

/**
 * Holds the parts of the client together: what each frame, and each change of the connection, sets off in which of them.
 * Each part gets the engine and sees of it what its `…Parts` names.
 */
export class ClientCore
  implements
    OutboxDeps,
    OutboxPersistenceDeps,
    HistoryLoaderDeps,
    GapSyncDeps,
    TimelinesDeps,
    UserDirectoryDeps,
    ReadSenderDeps,
    TypingReceiverDeps,
    TypingSenderDeps
{
  readonly clock: Clock;
  readonly random: Random;
  readonly persistence: Persistence;
  readonly readables: Readables;
  readonly connection: Connection;
  readonly requests: Requests;
  readonly replica = new Replica();
  readonly outbox = new Outbox(this);
  readonly outboxPersistence = new OutboxPersistence(this);
  readonly loader = new HistoryLoader(this);
  readonly timelines = new Timelines(this);
  readonly userDirectory = new UserDirectory(this);
  readonly readSender = new ReadSender(this);
  readonly typingSender = new TypingSender(this);
  readonly typingReceiver = new TypingReceiver(this);
  readonly fetchUsers: ClientEnvironment['fetchUsers'];
  readonly #gapSync = new GapSync(this);
  settings: typeof DEFAULTS = DEFAULTS;
  /** Channels that the last pong and this client did not agree on. */
  #mismatched: ReadonlySet<ChannelId> = new Set();

  constructor(clientId: string, deps: ClientEnvironment) {
    this.clock = deps.clock;
    this.random = deps.random;
    this.persistence = deps.persistence;
    this.fetchUsers = deps.fetchUsers;
    this.readables = new Readables(deps.clock);
    this.connection = new Connection(deps, clientId, {
      onFrame: (frame) => this.readables.batchFrames(() => this.#received(frame)),
      onChange: (state, before) => this.batch(() => this.#connectionChanged(state, before)),
      onPingDue: () => this.#ping(),
    });
    this.requests = new Requests(deps.clock, (frame) => this.connection.send(frame));
  }

  get timers(): typeof DEFAULTS.timers {
    return this.settings.timers;
  }

  batch<T>(task: () => T): T {
    return this.readables.batch(task);
  }

  isOnline(): boolean {
    return this.connection.isOnline;
  }

  channelIdOf(conversation: Conversation): ChannelId | null {
    if (!conversation.startsWith('to:')) return conversation;
    const to = conversation.slice(3);
    const me = this.replica.me?.id;
    for (const { id, members } of this.replica.channels.values()) {
      if (members !== null && (members.find((user) => user !== me) ?? me) === to) return id;
    }
    return null;
  }

  /** The same for all names of one conversation. */
  keyOf(conversation: Conversation): string {
    return this.channelIdOf(conversation) ?? conversation;
  }

  isRemovedFrom(conversation: Conversation): boolean {
    const id = this.channelIdOf(conversation);
    return id !== null && this.replica.find(id) === null;
  }

  isApplied(id: ChannelId, seq: number): boolean {
    const channel = this.replica.find(id);
    return channel !== null && position(channel) >= seq;
  }

  isInUse(id: ChannelId): boolean {
    const isWritten = this.outbox.operations.some(({ conversation }) => this.channelIdOf(conversation) === id);
    return isWritten || this.timelines.isWatched(id);
  }

  noteHead(id: ChannelId, head: number): void {
    this.replica.noteHead(id, head);
    this.#gapSync.check(id);
  }

  receive(event: LogEvent): void {
    const applied = this.replica.receive(event);
    for (const one of applied) {
      this.userDirectory.requestMentionedIn(one);
      if (one.type !== 'message') continue;
      this.typingReceiver.stopped(one.channel, one.by);
      this.outbox.confirm(new Set([one.message.id]));
    }
    if (applied.length > 0) this.outbox.reconcile();
    this.#gapSync.check(event.channel);
  }

  pageLoaded(page: MessagePage): void {
    this.userDirectory.requestMentionedInPage(page);
    this.outbox.confirm(new Set(page.messages.map(({ id }) => id)));
    this.outbox.reconcile();
    this.#gapSync.check(page.channel);
  }

  sendTyping(channel: ChannelId, on: boolean): void {
    // Never in the way of a message: behind a full socket it is left out.
    if (!on || this.connection.bufferedBytes() === 0) this.connection.send({ type: 'typing', channel, on });
  }

  async close(): Promise<void> {
    this.typingSender.stop();
    this.connection.close();
    for (const part of [this.outbox, this.userDirectory, this.readables]) part.close();
    await this.outboxPersistence.flush();
  }

  #received(frame: ServerFrame): void {
    if (isLogEvent(frame)) return this.receive(frame);
    switch (frame.type) {
      case 'ready':
        return this.#ready(frame);
      case 'ok':
      case 'error':
      case 'events':
      case 'reset':
      case 'messages':
      case 'pong':
        return this.requests.settle(frame);
      case 'typing':
        if (frame.user !== this.replica.me?.id) this.typingReceiver.onTyping(frame.channel, frame.user, frame.on);
        return this.userDirectory.request([frame.user]);
      case 'channel':
        return this.#gained(frame.channel.id, () => this.replica.addChannel(frame.channel));
      case 'removed':
        return this.#lost(frame.channel);
      case 'read':
        return this.replica.applyRead(frame);
      case 'user':
        if (frame.user.id === this.replica.me?.id) this.replica.me = frame.user;
        return this.userDirectory.upsert([frame.user]);
      case 'presence':
        return this.userDirectory.setOnline(frame.user, frame.state === 'online');
    }
  }

  #ready(frame: ReadyFrame): void {
    const { replica, outbox, userDirectory } = this;
    this.settings = frame;
    this.#mismatched = new Set();
    const before = [...replica.channels.keys()];
    userDirectory.ready(frame);
    if (!replica.ready(frame)) outbox.requeueStored();
    for (const id of before) if (replica.find(id) === null) this.#lost(id);
    void this.outboxPersistence.setOwner(frame.user.id);
    outbox.reconcile();
    outbox.connectionChanged();
    for (const { id, readSeq } of frame.channels) {
      this.#gained(id, () => undefined);
      if ((replica.find(id)?.readSeq ?? 0) > readSeq) this.readSender.send(id);
    }
  }

  #gained(id: ChannelId, gain: () => void): void {
    gain();
    this.userDirectory.request(this.replica.find(id)?.members ?? []);
    this.loader.resume(id);
    this.outbox.reconcile();
    this.#gapSync.check(id);
  }

  #lost(id: ChannelId): void {
    this.outbox.channelRemoved(id);
    this.replica.removeChannel(id);
    this.loader.forget(id);
    this.typingReceiver.forget(id);
  }

  #connectionChanged(state: ConnectionState, before: ConnectionState): void {
    if (before.name !== 'online' || state.name === 'online') return;
    this.requests.failAll();
    this.#gapSync.stop();
    this.readSender.stop();
    this.typingSender.reset();
    this.typingReceiver.forgetAll();
    this.userDirectory.disconnected();
    this.outbox.connectionChanged();
  }

  #ping(): void {
    this.requests.send({ type: 'ping' }, null, (outcome) => {
      if (outcome.type !== 'pong') return;
      this.#compareChannels(outcome.heads);
      for (const [id, head] of Object.entries(outcome.heads)) this.noteHead(id, head);
      // Another tab may have been closed meanwhile, with messages that nobody else would ever send.
      void this.outboxPersistence.adopt();
    });
  }

  /** A channel gained or lost, told by a pong alone, may still be on its way; told by two of them, its news was lost. */
  #compareChannels(heads: PongFrame['heads']): void {
    const known = this.replica.channels;
    const ids = new Set([...known.keys(), ...Object.keys(heads)]);
    const mismatched = new Set([...ids].filter((id) => known.has(id) !== Object.hasOwn(heads, id)));
    const isConfirmed = [...mismatched].some((id) => this.#mismatched.has(id));
    this.#mismatched = mismatched;
    if (isConfirmed) this.connection.reconnect();
  }
}
