import type { ChannelId, LogEvent, MessageId, UserId } from '@parley/protocol';
import { assertNever } from '@parley/protocol';
import type {
  ChannelState,
  CommitState,
  Decision,
  MemberKey,
  MemberState,
  MessageState,
  NewChannel,
  ReactionState,
} from '#ports/store.ts';

/** What a draft wants appended: an event before the ledger gives it its place. */
export type Draft = LogEvent extends infer E
  ? E extends LogEvent
    ? Omit<E, 'channel' | 'seq' | 'at' | 'by'>
    : never
  : never;

/** The `joined` of a user, and the channel just before it. */
export interface MembershipGrant {
  readonly event: LogEvent;
  readonly channel: ChannelState;
}

/**
 * The state one transaction sees, and what it will store. Every draft of a group commit works on the same ledger, so each
 * sees what those before it did. It only changes through `create`, `append` and `moveCursor`.
 */
export class Ledger {
  readonly at: number;
  readonly #channels = new Map<ChannelId, ChannelState>();
  readonly #messages = new Map<MessageId, MessageState>();
  readonly #members = new Map<string, MemberState>();
  readonly #handles = new Map<string, UserId>();
  readonly #reactions = new Map<MessageId, ReactionState[]>();
  readonly #publicNames = new Map<string, ChannelId>();
  readonly #users: ReadonlySet<UserId>;
  readonly #created: NewChannel[] = [];
  readonly #events: LogEvent[] = [];
  readonly #cursors = new Map<string, MemberKey & { readonly seq: number }>();
  readonly #gains: MembershipGrant[] = [];

  /** `at` is the time of everything this ledger appends, milliseconds since the epoch. */
  constructor(state: CommitState, at: number) {
    this.at = at;
    for (const channel of state.channels) this.#channels.set(channel.id, channel);
    for (const message of state.messages) this.#messages.set(message.id, message);
    for (const member of state.members) this.#members.set(memberKey(member), member);
    for (const { channel, handle, user } of state.handles) this.#handles.set(`${channel} ${handle}`, user);
    for (const reaction of state.reactions) this.#reactionsOf(reaction.message).push(reaction);
    for (const { name, channel } of state.publicNames) this.#publicNames.set(name, channel);
    this.#users = new Set(state.users);
  }

  findChannel(id: ChannelId): ChannelState | null {
    return this.#channels.get(id) ?? null;
  }

  findMessage(id: MessageId): MessageState | null {
    return this.#messages.get(id) ?? null;
  }

  findMember(channel: ChannelId, user: UserId): MemberState | null {
    return this.#members.get(memberKey({ channel, user })) ?? null;
  }

  /** The member of `channel` with that handle. */
  findHandle(channel: ChannelId, handle: string): UserId | null {
    return this.#handles.get(`${channel} ${handle}`) ?? null;
  }

  findPublicName(lowerCaseName: string): ChannelId | null {
    return this.#publicNames.get(lowerCaseName) ?? null;
  }

  reactions(message: MessageId): readonly ReactionState[] {
    return this.#reactions.get(message) ?? [];
  }

  hasUser(user: UserId): boolean {
    return this.#users.has(user);
  }

  /** Makes an empty channel. */
  create(channel: NewChannel): void {
    const { createdAt: _createdAt, ...state } = channel;
    this.#created.push(channel);
    this.#channels.set(channel.id, { ...state, lastSeq: 0, memberCount: 0 });
    if (channel.kind === 'public') this.#publicNames.set(channel.name.toLowerCase(), channel.id);
  }

  /** Appends to the log of a channel that exists. The event gets the next seq. */
  append(channel: ChannelId, by: UserId, draft: Draft): LogEvent {
    const before = this.#channels.get(channel);
    if (before === undefined) throw new Error('an event needs its channel in scope');
    const event: LogEvent = { ...draft, channel, seq: before.lastSeq + 1, at: this.at, by };
    if (event.type === 'joined') this.#gains.push({ event, channel: before });
    this.#channels.set(channel, { ...before, lastSeq: event.seq });
    this.#project(event);
    this.#events.push(event);
    return event;
  }

  /** Moves a member's read cursor forward; never back, never beyond the head. */
  moveCursor(channel: ChannelId, user: UserId, seq: number): void {
    const key = memberKey({ channel, user });
    const member = this.#members.get(key);
    const target = Math.min(seq, this.#channels.get(channel)?.lastSeq ?? 0);
    if (member === undefined || target <= member.readSeq) return;
    this.#members.set(key, { ...member, readSeq: target });
    this.#cursors.set(key, { channel, user, seq: target });
  }

  decision<R>(result: R): Decision<R> {
    return { result, channels: this.#created, events: this.#events, cursors: [...this.#cursors.values()] };
  }

  /** The events in the order of their appending, each `joined` with the channel before it. */
  committed(): { readonly events: readonly LogEvent[]; readonly gains: readonly MembershipGrant[] } {
    return { events: this.#events, gains: this.#gains };
  }

  #project(event: LogEvent): void {
    switch (event.type) {
      case 'message':
        return this.#projectMessage(event);
      case 'edited':
        return this.#changeMessage(event.id, { body: event.body });
      case 'deleted':
        this.#reactions.delete(event.id);
        return this.#changeMessage(event.id, { body: null });
      case 'reacted':
        this.#reactionsOf(event.id).push({ message: event.id, emoji: event.emoji, user: event.by });
        return;
      case 'unreacted':
        this.#reactions.set(
          event.id,
          this.#reactionsOf(event.id).filter(({ emoji, user }) => emoji !== event.emoji || user !== event.by),
        );
        return;
      case 'joined':
        this.#members.set(memberKey(event), { channel: event.channel, user: event.user, readSeq: event.seq - 1 });
        return this.#changeChannel(event.channel, (channel) => ({ memberCount: channel.memberCount + 1 }));
      case 'left':
        this.#members.delete(memberKey(event));
        this.#cursors.delete(memberKey(event));
        return this.#changeChannel(event.channel, (channel) => ({ memberCount: channel.memberCount - 1 }));
      case 'renamed':
        return this.#projectName(event.channel, event.name, event.topic);
      default:
        return assertNever(event);
    }
  }

  #projectMessage({ channel, seq, at, by, message }: Extract<LogEvent, { type: 'message' }>): void {
    if ('deleted' in message) throw new Error('a message is not born deleted');
    const { id, body, thread } = message;
    this.#messages.set(id, { id, channel, seq, at, by, body, ...(thread === undefined ? {} : { thread }) });
  }

  #projectName(id: ChannelId, name: string, topic: string): void {
    const channel = this.#channels.get(id);
    if (channel?.kind === 'public') {
      this.#publicNames.delete(channel.name.toLowerCase());
      this.#publicNames.set(name.toLowerCase(), id);
    }
    this.#changeChannel(id, () => ({ name, topic }));
  }

  #changeMessage(id: MessageId, change: Partial<MessageState>): void {
    const message = this.#messages.get(id);
    if (message !== undefined) this.#messages.set(id, { ...message, ...change });
  }

  #changeChannel(id: ChannelId, change: (channel: ChannelState) => Partial<ChannelState>): void {
    const channel = this.#channels.get(id);
    if (channel !== undefined) this.#channels.set(id, { ...channel, ...change(channel) });
  }

  #reactionsOf(message: MessageId): ReactionState[] {
    const known = this.#reactions.get(message);
    if (known !== undefined) return known;
    const fresh: ReactionState[] = [];
    this.#reactions.set(message, fresh);
    return fresh;
  }
}

function memberKey({ channel, user }: MemberKey): string {
  return `${channel} ${user}`;
}
