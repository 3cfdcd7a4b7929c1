import type { ChannelId, MessageId, User, UserId } from '@parley/protocol';
import { channelList } from './channels/channel-list.ts';
import { ClientCore } from './client-core.ts';
import { statusOf } from './connection/connection-status.ts';
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
  /** Names this device or tab: 8 to 64 of `A–Z a–z 0–9 _ -`. Of two clients of a user with the same id only the later one stays connected. */
  readonly clientId: string;
  readonly environment: ClientEnvironment;
}

/** Makes a client. It does nothing until `connect`. */
export function createParleyClient({ clientId, environment }: ParleyClientOptions): ParleyClient {
  return new Client(new ClientCore(clientId, environment));
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
    const { readables, connection, replica, userDirectory, outbox } = core;
    this.#core = core;
    this.status = readables.readable(
      () => [connection.state],
      ([state]) => statusOf(state),
    );
    this.me = readables.readable(
      () => [replica.me],
      ([me]) => me,
    );
    this.channels = readables.readable(
      () => [replica.channels, replica.me?.id ?? ''],
      ([channels, me], shown) => channelList(channels, me, shown ?? []),
    );
    this.users = readables.readable(
      () => [userDirectory.users],
      ([users]) => users,
    );
    this.online = readables.readable(
      () => [userDirectory.online],
      ([online]) => online,
    );
    this.failures = readables.readable(
      () => [outbox.operations],
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
    const { readables, typingReceiver } = this.#core;
    const typing = readables.readable(
      () => [typingReceiver.in(this.#core.keyOf(conversation))],
      ([typists]): readonly UserId[] => [...typists.keys()],
    );
    this.#typing.set(conversation, typing);
    return typing;
  }

  open(conversation: Conversation, aroundSeq?: number): void {
    this.#withChannel(conversation, (channel) => this.#core.loader.open(channel, aroundSeq ?? null));
    if (conversation.startsWith('to:')) this.#core.userDirectory.request([conversation.slice(3)]);
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
    const { typingSender } = this.#core;
    const channel = this.#core.channelIdOf(conversation);
    if (channel === null || !this.#core.connection.isOnline) typingSender.stop();
    else typingSender.composing(channel, hasText);
  }

  markRead(channel: ChannelId, seq: number): void {
    const { replica, readSender } = this.#core;
    this.#core.batch(() => {
      if (replica.markRead(channel, seq)) readSender.send(channel);
    });
  }

  #change(kind: OperationKind, conversation: ChannelId, { id: message, text }: { id: MessageId; text: string }): void {
    this.#do({ id: this.#core.random.uuid(), kind, conversation, message, text, thread: null });
  }

  #do(operation: Parameters<ClientCore['outbox']['add']>[0]): void {
    const { outbox, settings } = this.#core;
    const conversation = this.#core.keyOf(operation.conversation);
    const refusal = operation.text.length > settings.limits.maxBodyChars ? 'too_large' : null;
    this.#core.batch(() => outbox.add({ ...operation, conversation }, refusal));
  }

  #withChannel(conversation: Conversation, run: (channel: ChannelId) => void): void {
    const channel = this.#core.channelIdOf(conversation);
    if (channel !== null) this.#core.batch(() => run(channel));
  }
}
