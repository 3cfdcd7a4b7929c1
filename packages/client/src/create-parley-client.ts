import type { ChannelId, MessageId, User, UserId } from '@parley/protocol';
import { channelList } from './channels/channel-list.ts';
import { ClientCore } from './client-core.ts';
import { statusOf } from './connection/connection-status.ts';
import type { Diagnostic } from './connection/reasons.ts';
import type { ClientEnvironment } from './environment.ts';
import { failuresOf } from './outbox/failures.ts';
import type {
  ChannelView,
  ConnectionStatus,
  Conversation,
  FailedOperation,
  OperationId,
  OperationKind,
  ParleyClient,
  Readable,
  Timeline,
} from './parley-client.ts';

export interface ParleyClientOptions {
  /** The id of this device or tab: 8 to 64 of `A–Z a–z 0–9 _ -`. A user's newer connection replaces an older one with the same id. */
  readonly clientId: string;
  readonly environment: ClientEnvironment;
  /**
   * Called for each connection attempt, close, probe, failed operation, storage failure, gap sync and reset. For logs:
   * the reasons and their numbers are in docs/sdk.md. Must not throw.
   */
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void;
}

/** Creates a client. It does nothing until `connect`. */
export function createParleyClient(options: ParleyClientOptions): ParleyClient {
  return new Client(new ClientCore(options));
}

class Client implements ParleyClient {
  readonly #core: ClientCore;
  readonly #typing = new Map<Conversation, Readable<readonly UserId[]>>();
  readonly status: Readable<ConnectionStatus>;
  readonly me: Readable<User | null>;
  readonly channels: Readable<readonly ChannelView[]>;
  readonly users: Readable<ReadonlyMap<UserId, User>>;
  readonly online: Readable<ReadonlySet<UserId>>;
  readonly failures: Readable<readonly FailedOperation[]>;

  constructor(core: ClientCore) {
    this.#core = core;
    this.status = core.readables.readable(
      () => [core.connection.state],
      ([state]) => statusOf(state),
    );
    this.me = core.readables.readable(
      () => [core.replica.me],
      ([me]) => me,
    );
    this.channels = core.readables.readable(
      () => [core.replica.channels, core.replica.me?.id ?? ''],
      ([channels, me], shown) => channelList(channels, me, shown ?? []),
    );
    this.users = core.readables.readable(
      () => [core.users.users],
      ([users]) => users,
    );
    this.online = core.readables.readable(
      () => [core.users.online],
      ([online]) => online,
    );
    this.failures = core.readables.readable(
      () => [core.outbox.operations],
      ([operations]) => failuresOf(operations),
    );
  }

  connect(): void {
    void this.#core.outboxPersistence.loadLastUser();
    this.#core.connection.connect();
  }

  reconnectNow(): void {
    this.#core.connection.retry();
  }

  close(): Promise<void> {
    return this.#core.close();
  }

  channelOf(conversation: Conversation): ChannelView | null {
    const id = this.#core.channelIdOf(conversation);
    return this.channels.get().find((channel) => channel.id === id) ?? null;
  }

  timeline(conversation: Conversation): Readable<Timeline> {
    return this.#core.timelines.of(conversation);
  }

  typing(conversation: Conversation): Readable<readonly UserId[]> {
    const known = this.#typing.get(conversation);
    if (known !== undefined) return known;
    const typing = this.#core.readables.readable(
      () => [this.#core.typingReceiver.in(this.#core.keyOf(conversation))],
      ([typists]): readonly UserId[] => [...typists.keys()],
    );
    this.#typing.set(conversation, typing);
    return typing;
  }

  open(conversation: Conversation, aroundSeq?: number): void {
    this.#withChannel(conversation, (channel) => this.#core.loader.open(channel, aroundSeq ?? null));
    if (conversation.startsWith('to:')) this.#core.users.request([conversation.slice(3)]);
  }

  loadOlder(conversation: Conversation): void {
    this.#withChannel(conversation, (channel) => this.#core.loader.loadOlder(channel));
  }

  loadNewer(conversation: Conversation): void {
    this.#withChannel(conversation, (channel) => this.#core.loader.loadNewer(channel));
  }

  jumpToLatest(conversation: Conversation): void {
    this.#withChannel(conversation, (channel) => this.#core.loader.reattach(channel));
  }

  send(conversation: Conversation, body: string, options: { readonly thread?: MessageId } = {}): MessageId {
    const id = this.#core.random.uuid();
    this.#withChannel(conversation, (channel) => {
      this.#core.typingSender.messageSent(channel);
      this.#core.loader.reattach(channel);
    });
    this.#do({ id, kind: 'send', conversation, message: id, text: body, thread: options.thread ?? null });
    return id;
  }

  edit(channel: ChannelId, id: MessageId, body: string): void {
    this.#change('edit', channel, { id, text: body });
  }

  delete(channel: ChannelId, id: MessageId): void {
    this.#change('delete', channel, { id, text: '' });
  }

  react(channel: ChannelId, id: MessageId, emoji: string): void {
    this.#change('react', channel, { id, text: emoji });
  }

  unreact(channel: ChannelId, id: MessageId, emoji: string): void {
    this.#change('unreact', channel, { id, text: emoji });
  }

  retry(operation: OperationId): void {
    this.#core.batch(() => this.#core.outbox.retry(operation));
  }

  dismiss(operation: OperationId): void {
    this.#core.batch(() => this.#core.outbox.dismiss(operation));
  }

  composing(conversation: Conversation, hasText: boolean): void {
    const channel = this.#core.channelIdOf(conversation);
    if (channel === null || !this.#core.connection.isOnline) this.#core.typingSender.stop();
    else this.#core.typingSender.composing(channel, hasText);
  }

  markRead(channel: ChannelId, seq: number): void {
    this.#core.batch(() => {
      if (this.#core.replica.markRead(channel, seq)) this.#core.readSender.send(channel);
    });
  }

  #change(kind: OperationKind, conversation: ChannelId, { id: message, text }: { id: MessageId; text: string }): void {
    this.#do({ id: this.#core.random.uuid(), kind, conversation, message, text, thread: null });
  }

  #do(operation: Parameters<ClientCore['outbox']['add']>[0]): void {
    const conversation = this.#core.keyOf(operation.conversation);
    const refusal = operation.text.length > this.#core.settings.limits.maxBodyChars ? 'too_large' : null;
    this.#core.batch(() => this.#core.outbox.add({ ...operation, conversation }, refusal));
  }

  #withChannel(conversation: Conversation, run: (channel: ChannelId) => void): void {
    const channel = this.#core.channelIdOf(conversation);
    if (channel !== null) this.#core.batch(() => run(channel));
  }
}
