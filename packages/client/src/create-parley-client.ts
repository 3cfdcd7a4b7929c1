import type { ChannelId, MessageId, User, UserId } from '@parley/protocol';
import { channelList } from './channels/channel-list.ts';
import { Engine } from './client-core.ts';
import { statusOf } from './connection/connection-status.ts';
import type { ClientParts } from './environment.ts';
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
  readonly parts: ClientParts;
}

/** Makes a client. It does nothing until `connect`. */
export function createParleyClient({ clientId, parts }: ParleyClientOptions): ParleyClient {
  return new Client(new Engine(clientId, parts));
}

class Client implements ParleyClient {
  readonly #engine: Engine;
  readonly #typing = new Map<Conversation, Readable<readonly UserId[]>>();
  readonly status: Readable<ConnectionStatus>;
  readonly me: Readable<User | null>;
  readonly channels: Readable<readonly ChannelView[]>;
  readonly users: Readable<ReadonlyMap<UserId, User>>;
  readonly online: Readable<ReadonlySet<UserId>>;
  readonly failures: Readable<readonly FailedOperation[]>;

  constructor(engine: Engine) {
    const { readers, link, replica, people, outbox } = engine;
    this.#engine = engine;
    this.status = readers.readable(
      () => [link.state],
      ([state]) => statusOf(state),
    );
    this.me = readers.readable(
      () => [replica.me],
      ([me]) => me,
    );
    this.channels = readers.readable(
      () => [replica.channels, replica.me?.id ?? ''],
      ([channels, me], shown) => channelList(channels, me, shown ?? []),
    );
    this.users = readers.readable(
      () => [people.users],
      ([users]) => users,
    );
    this.online = readers.readable(
      () => [people.online],
      ([online]) => online,
    );
    this.failures = readers.readable(
      () => [outbox.operations],
      ([operations]) => failuresOf(operations),
    );
  }

  connect(): void {
    void this.#engine.keeper.guessOwner();
    this.#engine.link.connect();
  }

  reconnectNow(): void {
    this.#engine.link.retry();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  channelOf(conversation: Conversation): ChannelView | null {
    const id = this.#engine.channelIdOf(conversation);
    return this.channels.get().find((channel) => channel.id === id) ?? null;
  }

  timeline(conversation: Conversation): Readable<Timeline> {
    return this.#engine.timelines.of(conversation);
  }

  typing(conversation: Conversation): Readable<readonly UserId[]> {
    const known = this.#typing.get(conversation);
    if (known !== undefined) return known;
    const { readers, typingReceiver } = this.#engine;
    const typing = readers.readable(
      () => [typingReceiver.in(this.#engine.keyOf(conversation))],
      ([typists]): readonly UserId[] => [...typists.keys()],
    );
    this.#typing.set(conversation, typing);
    return typing;
  }

  open(conversation: Conversation, aroundSeq?: number): void {
    this.#withChannel(conversation, (channel) => this.#engine.loader.open(channel, aroundSeq ?? null));
    if (conversation.startsWith('to:')) this.#engine.people.want([conversation.slice(3)]);
  }

  loadOlder(conversation: Conversation): void {
    this.#withChannel(conversation, (channel) => this.#engine.loader.loadOlder(channel));
  }

  loadNewer(conversation: Conversation): void {
    this.#withChannel(conversation, (channel) => this.#engine.loader.loadNewer(channel));
  }

  jumpToLatest(conversation: Conversation): void {
    this.#withChannel(conversation, (channel) => this.#engine.loader.reattach(channel));
  }

  send(conversation: Conversation, body: string, options: { readonly thread?: MessageId } = {}): MessageId {
    const id = this.#engine.random.uuid();
    this.#withChannel(conversation, (channel) => {
      this.#engine.typingSender.sent(channel);
      this.#engine.loader.reattach(channel);
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
    this.#engine.action(() => this.#engine.outbox.retry(operation));
  }

  dismiss(operation: OperationId): void {
    this.#engine.action(() => this.#engine.outbox.dismiss(operation));
  }

  composing(conversation: Conversation, hasText: boolean): void {
    const { typingSender } = this.#engine;
    const channel = this.#engine.channelIdOf(conversation);
    if (channel === null || !this.#engine.link.isLive) typingSender.stop();
    else typingSender.composing(channel, hasText);
  }

  markRead(channel: ChannelId, seq: number): void {
    const { replica, readSender } = this.#engine;
    this.#engine.action(() => {
      if (replica.markRead(channel, seq)) readSender.send(channel);
    });
  }

  #change(kind: OperationKind, conversation: ChannelId, { id: message, text }: { id: MessageId; text: string }): void {
    this.#do({ id: this.#engine.random.uuid(), kind, conversation, message, text, thread: null });
  }

  #do(operation: Parameters<Engine['outbox']['add']>[0]): void {
    const { outbox, settings } = this.#engine;
    const conversation = this.#engine.keyOf(operation.conversation);
    const refusal = operation.text.length > settings.limits.maxBodyChars ? 'too_large' : null;
    this.#engine.action(() => outbox.add({ ...operation, conversation }, refusal));
  }

  #withChannel(conversation: Conversation, run: (channel: ChannelId) => void): void {
    const channel = this.#engine.channelIdOf(conversation);
    if (channel !== null) this.#engine.action(() => run(channel));
  }
}
