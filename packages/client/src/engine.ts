import {
  type ChannelId,
  isLogEvent,
  type LogEvent,
  MAX_BODY_CHARS,
  type MessagePage,
  type ReadyFrame,
  SEND_TIMEOUT_MS,
  type ServerFrame,
  TYPING_EXPIRE_MS,
  TYPING_REPEAT_MS,
} from '@parley/protocol';
import { CatchUp } from './catch-up.ts';
import { position } from './channel-state.ts';
import type { LinkState } from './link-state.ts';
import { Link } from './link.ts';
import { Loader } from './loader.ts';
import { OutboxKeeper } from './outbox-keeper.ts';
import { Outbox } from './outbox.ts';
import type { Conversation } from './parley-client.ts';
import { People } from './people.ts';
import type { ClientParts } from './ports.ts';
import { ReadSender } from './read-sender.ts';
import { Readers } from './readers.ts';
import { Replica } from './replica.ts';
import { Requests } from './requests.ts';
import { Timelines } from './timelines.ts';
import { TypingReceiver } from './typing-receiver.ts';
import { TypingSender } from './typing-sender.ts';

/** What a server that has not spoken yet is taken to want. */
const DEFAULTS = {
  limits: { maxBodyChars: MAX_BODY_CHARS },
  timers: { sendTimeoutMs: SEND_TIMEOUT_MS, typingRepeatMs: TYPING_REPEAT_MS, typingExpireMs: TYPING_EXPIRE_MS },
};

/** Holds the parts of the client together: what each frame, and each change of the connection, sets off in which of them. */
export class Engine {
  readonly readers: Readers;
  readonly link: Link;
  readonly replica = new Replica();
  readonly outbox: Outbox;
  readonly keeper: OutboxKeeper;
  readonly loader: Loader;
  readonly people: People;
  readonly timelines: Timelines;
  readonly typingSender: TypingSender;
  readonly typingReceiver: TypingReceiver;
  readonly readSender: ReadSender;
  readonly #requests: Requests;
  readonly #catchUp: CatchUp;
  #settings: Pick<ReadyFrame, 'limits' | 'timers'> | null = null;

  constructor(clientId: string, parts: ClientParts) {
    const { clock } = parts;
    const { replica } = this;
    const readers = new Readers(clock);
    const link = new Link(parts, clientId, {
      received: (frame) => readers.frame(() => this.#received(frame)),
      changed: (state, before) => readers.action(() => this.#linkChanged(state, before)),
      ping: () => this.#ping(),
    });
    const requests = new Requests(clock, (frame) => link.send(frame));
    const shared = {
      ...parts,
      readers,
      requests,
      replica,
      action: (task: () => void): void => readers.action(task),
      isLive: (): boolean => link.isLive,
      channelIdOf: (conversation: Conversation): ChannelId | null => this.channelIdOf(conversation),
    };
    this.#requests = requests;
    this.readers = readers;
    this.link = link;
    this.outbox = new Outbox({
      ...shared,
      isRestored: () => this.keeper.isRestored,
      sendTimeoutMs: () => this.timers.sendTimeoutMs,
      isApplied: (channel, seq) => this.#isApplied(channel, seq),
      noteHead: (channel, seq) => this.#noteHead(channel, seq),
      changed: () => this.keeper.changed(),
    });
    this.keeper = new OutboxKeeper({ ...shared, outbox: this.outbox });
    this.loader = new Loader({
      ...shared,
      loaded: (page) => this.#loaded(page),
      isInUse: (channel) => this.#isInUse(channel),
      unloaded: (channel) => this.timelines.refresh(channel),
    });
    this.#catchUp = new CatchUp({
      ...shared,
      receive: (event) => this.#event(event),
      reload: (channel) => this.loader.reload(channel),
      reconnect: () => link.drop(),
    });
    this.timelines = new Timelines({ ...shared, outbox: this.outbox, loader: this.loader });
    this.people = new People(shared);
    const say = (channel: ChannelId, on: boolean): void => this.#sayTyping(channel, on);
    this.typingSender = new TypingSender({ clock, say, repeatMs: () => this.timers.typingRepeatMs });
    this.typingReceiver = new TypingReceiver({ ...shared, expireMs: () => this.timers.typingExpireMs });
    this.readSender = new ReadSender({ ...shared, readSeqOf: (id) => replica.find(id)?.readSeq ?? 0 });
  }

  get timers(): Pick<ReadyFrame['timers'], 'sendTimeoutMs' | 'typingRepeatMs' | 'typingExpireMs'> {
    return (this.#settings ?? DEFAULTS).timers;
  }

  get maxBodyChars(): number {
    return (this.#settings ?? DEFAULTS).limits.maxBodyChars;
  }

  channelIdOf(conversation: Conversation): ChannelId | null {
    if (!conversation.startsWith('to:')) return conversation;
    const to = conversation.slice(3);
    for (const { id, members } of this.replica.channels.values()) {
      const others = members?.filter((user) => user !== this.replica.me?.id) ?? [];
      if (members !== null && (others[0] ?? this.replica.me?.id) === to) return id;
    }
    return null;
  }

  async close(): Promise<void> {
    this.typingSender.stop();
    this.link.close();
    for (const part of [this.outbox, this.people, this.readers]) part.close();
    await this.keeper.flush();
  }

  #received(frame: ServerFrame): void {
    if (isLogEvent(frame)) return this.#event(frame);
    switch (frame.type) {
      case 'ready':
        return this.#ready(frame);
      case 'ok':
      case 'error':
      case 'events':
      case 'reset':
      case 'messages':
      case 'pong':
        return this.#requests.settle(frame);
      case 'typing':
        if (frame.user !== this.replica.me?.id) this.typingReceiver.hear(frame.channel, frame.user, frame.on);
        return this.people.want([frame.user]);
      case 'channel':
        return this.#gained(frame.channel.id, () => this.replica.gain(frame.channel));
      case 'removed':
        return this.#lost(frame.channel);
      case 'read':
        return this.replica.read(frame);
      case 'user':
        if (frame.user.id === this.replica.me?.id) this.replica.me = frame.user;
        return this.people.learn([frame.user]);
      case 'presence':
        return this.people.setOnline(frame.user, frame.state === 'online');
    }
  }

  #ready(frame: ReadyFrame): void {
    const { replica, outbox, people } = this;
    this.#settings = frame;
    const before = [...replica.channels.keys()];
    people.ready(frame.user);
    if (!replica.ready(frame)) outbox.distrust();
    for (const id of before) if (replica.find(id) === null) this.#lost(id);
    void this.keeper.setOwner(frame.user.id);
    outbox.reconcile();
    outbox.linkChanged();
    for (const { id, readSeq } of frame.channels) {
      this.#gained(id, () => undefined);
      if ((replica.find(id)?.readSeq ?? 0) > readSeq) this.readSender.send(id);
    }
  }

  #gained(id: ChannelId, gain: () => void): void {
    gain();
    this.people.want(this.replica.find(id)?.members ?? []);
    this.loader.resume(id);
    this.outbox.reconcile();
    this.#catchUp.check(id);
  }

  #lost(id: ChannelId): void {
    this.outbox.removed(id);
    this.replica.lose(id);
    this.loader.forget(id);
    this.typingReceiver.forget(id);
  }

  #event(event: LogEvent): void {
    const applied = this.replica.receive(event);
    for (const one of applied) {
      this.people.wantOf(one);
      if (one.type !== 'message') continue;
      this.typingReceiver.gone(one.channel, one.by);
      this.outbox.confirm(new Set([one.message.id]));
    }
    if (applied.length > 0) this.outbox.reconcile();
    this.#catchUp.check(event.channel);
  }

  #loaded(page: MessagePage): void {
    this.people.wantOfPage(page);
    this.outbox.confirm(new Set(page.messages.map(({ id }) => id)));
    this.outbox.reconcile();
    this.#catchUp.check(page.channel);
  }

  #linkChanged(state: LinkState, before: LinkState): void {
    if (before.name !== 'live' || state.name === 'live') return;
    this.#requests.lose();
    this.#catchUp.stop();
    this.readSender.stop();
    this.typingSender.forget();
    this.typingReceiver.forgetAll();
    this.outbox.linkChanged();
  }

  #ping(): void {
    this.#requests.ask({ type: 'ping' }, null, (outcome) => {
      if (outcome.type !== 'pong') return;
      for (const [id, head] of Object.entries(outcome.heads)) this.#noteHead(id, head);
    });
  }

  #noteHead(id: ChannelId, head: number): void {
    this.replica.noteHead(id, head);
    this.#catchUp.check(id);
  }

  #isApplied(id: ChannelId, seq: number): boolean {
    const channel = this.replica.find(id);
    return channel !== null && position(channel) >= seq;
  }

  #isInUse(id: ChannelId): boolean {
    const isWritten = this.outbox.operations.some(({ conversation }) => this.channelIdOf(conversation) === id);
    return isWritten || this.timelines.isWatched(id);
  }

  // Never in the way of a message: behind a full socket it is left out.
  #sayTyping(channel: ChannelId, on: boolean): void {
    if (this.link.isLive && (!on || this.link.bufferedBytes() === 0)) this.link.send({ type: 'typing', channel, on });
  }
}
