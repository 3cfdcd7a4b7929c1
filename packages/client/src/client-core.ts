import {
  type ChannelId,
  type LogEvent,
  MAX_BODY_CHARS,
  type MessagePage,
  SEND_TIMEOUT_MS,
  TYPING_EXPIRE_MS,
  TYPING_REPEAT_MS,
} from '@parley/protocol';
import { position } from './channels/channel-state.ts';
import { GapSync, type GapSyncDeps } from './channels/gap-sync.ts';
import { Replica } from './channels/replica.ts';
import { mismatchedChannels } from './compare-heads.ts';
import type { ConnectionEvent, ConnectionState } from './connection/connection-state.ts';
import { Connection } from './connection/connection.ts';
import { type Diagnostic, type Reason, REASON_NAMES } from './connection/reasons.ts';
import { Requests } from './connection/requests.ts';
import type { ClientEnvironment, Clock, Persistence, Random } from './environment.ts';
import { type OutboxPersistenceDeps, OutboxPersistence } from './outbox/outbox-persistence.ts';
import { Outbox, type OutboxDeps } from './outbox/outbox.ts';
import type { Conversation } from './parley-client.ts';
import { Readables } from './readables.ts';
import { ReadSender, type ReadSenderDeps } from './reading/read-sender.ts';
import { type FrameRouterDeps, routeFrame, type Settings } from './route-frames.ts';
import { HistoryLoader, type HistoryLoaderDeps } from './timeline/history-loader.ts';
import { Timelines, type TimelinesDeps } from './timeline/timelines.ts';
import { TypingReceiver, type TypingReceiverDeps } from './typing/typing-receiver.ts';
import { TypingSender, type TypingSenderDeps } from './typing/typing-sender.ts';
import { UserDirectory, type UserDirectoryDeps } from './users/user-directory.ts';

/** Used until the first `ready`. */
const DEFAULTS: Settings = {
  limits: { maxBodyChars: MAX_BODY_CHARS },
  timers: { sendTimeoutMs: SEND_TIMEOUT_MS, typingRepeatMs: TYPING_REPEAT_MS, typingExpireMs: TYPING_EXPIRE_MS },
};

export interface ClientCoreOptions {
  readonly clientId: string;
  readonly environment: ClientEnvironment;
  readonly onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined;
}

/**
 * The container: constructs the components and connects them. Each component receives the core and uses of it what its
 * `…Deps` names. No component uses its dependencies while it is constructed.
 */
export class ClientCore
  implements
    FrameRouterDeps,
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
  readonly fetchUsers: ClientEnvironment['fetchUsers'];
  readonly connection: Connection;
  readonly requests: Requests;
  readonly readables: Readables;
  // The replica and what keeps it complete.
  readonly replica = new Replica();
  readonly gapSync = new GapSync(this);
  readonly users = new UserDirectory(this);
  readonly loader = new HistoryLoader(this);
  // What the user does, and what is shown of it.
  readonly outbox = new Outbox(this);
  readonly outboxPersistence = new OutboxPersistence(this);
  readonly timelines = new Timelines(this);
  readonly readSender = new ReadSender(this);
  readonly typingSender = new TypingSender(this);
  readonly typingReceiver = new TypingReceiver(this);
  settings = DEFAULTS;
  readonly report: (reason: Reason, detail: unknown) => void;
  /** The channels in which the last pong and the replica differed. */
  #mismatched: ReadonlySet<ChannelId> = new Set();

  constructor({ clientId, environment, onDiagnostic }: ClientCoreOptions) {
    this.clock = environment.clock;
    this.random = environment.random;
    this.persistence = environment.persistence;
    this.fetchUsers = environment.fetchUsers;
    this.report = (reason, detail) => onDiagnostic?.({ code: REASON_NAMES.indexOf(reason) + 1, reason, detail });
    this.readables = new Readables(this.clock);
    this.connection = new Connection(environment, clientId, {
      onFrame: (frame) => this.readables.batchFrames(() => routeFrame(this, frame)),
      onChange: (state, before, event) => this.batch(() => this.#connectionChanged(state, before, event)),
      onPingDue: () => this.#ping(),
    });
    this.requests = new Requests(this.clock, (frame) => this.connection.send(frame));
  }

  batch<T>(task: () => T): T {
    return this.readables.batch(task);
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
    const hasOperation = this.outbox.operations.some(({ conversation }) => this.channelIdOf(conversation) === id);
    return hasOperation || this.timelines.isWatched(id);
  }

  noteHead(id: ChannelId, head: number): void {
    this.replica.noteHead(id, head);
    this.gapSync.check(id);
  }

  receive(event: LogEvent): void {
    const applied = this.replica.receive(event);
    for (const one of applied) {
      this.users.requestOf(one);
      if (one.type !== 'message') continue;
      this.typingReceiver.stopped(one.channel, one.by);
      this.outbox.confirm(new Set([one.message.id]));
    }
    if (applied.length > 0) this.outbox.reconcile();
    this.gapSync.check(event.channel);
  }

  pageLoaded(page: MessagePage): void {
    this.users.requestOfPage(page);
    this.outbox.confirm(new Set(page.messages.map(({ id }) => id)));
    this.outbox.reconcile();
    this.gapSync.check(page.channel);
  }

  sendTyping(channel: ChannelId, on: boolean): void {
    // Typing must not delay a message: with bytes waiting in the socket it is dropped.
    if (!on || this.connection.bufferedBytes() === 0) this.connection.send({ type: 'typing', channel, on });
  }

  async close(): Promise<void> {
    this.typingSender.stop();
    this.connection.close();
    for (const component of [this.outbox, this.users, this.readables]) component.close();
    await this.outboxPersistence.flush();
  }

  #connectionChanged(state: ConnectionState, before: ConnectionState, event: ConnectionEvent): void {
    if (state.name === before.name || state.name === 'idle') return;
    this.report('reason' in state ? state.reason : state.name, event);
    if (before.name !== 'online') return;
    this.#mismatched = new Set();
    this.requests.failAll();
    this.gapSync.stop();
    this.readSender.stop();
    this.typingSender.reset();
    this.typingReceiver.forgetAll();
    this.users.disconnected();
    this.outbox.connectionChanged();
  }

  #ping(): void {
    this.requests.send({ type: 'ping' }, null, (outcome) => {
      if (outcome.type !== 'pong') return;
      const mismatched = mismatchedChannels(this.replica.channels, outcome.heads);
      const hasLostFrame = [...mismatched].some((id) => this.#mismatched.has(id));
      this.#mismatched = mismatched;
      if (hasLostFrame) this.connection.reconnect();
      for (const [id, head] of Object.entries(outcome.heads)) this.noteHead(id, head);
      // Another tab may have closed meanwhile and left messages that no other client would send.
      void this.outboxPersistence.adopt();
    });
  }
}
