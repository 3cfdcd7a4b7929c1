import type { ChannelId, LogEvent, MessageId, UserId } from '@parley/protocol';
import type {
  ChannelState,
  CommitState,
  Decision,
  MemberState,
  MessageState,
  NewChannel,
  ReactionState,
} from '#ports/store.ts';
import { project } from './ledger-projections.ts';
import { createLedgerState, memberKey, type LedgerState } from './ledger-state.ts';

/** An event before the ledger assigns its channel, seq, time and author. */
export type Draft = LogEvent extends infer E
  ? E extends LogEvent
    ? Omit<E, 'channel' | 'seq' | 'at' | 'by'>
    : never
  : never;

/** The `joined` event of a user, and the channel just before it. */
export interface MembershipGrant {
  readonly event: LogEvent;
  readonly channel: ChannelState;
}

/**
 * The state that one transaction sees, and what it will store. All drafts of a group commit work on the same ledger, so
 * each sees the changes of those before it. It only changes through `create`, `append` and `moveCursor`.
 */
export class Ledger {
  readonly at: number;
  readonly #state: LedgerState;
  readonly #created: NewChannel[] = [];
  readonly #events: LogEvent[] = [];
  readonly #grants: MembershipGrant[] = [];

  /** `at` is the time of all events that this ledger appends, in milliseconds since the epoch. */
  constructor(loaded: CommitState, at: number) {
    this.at = at;
    this.#state = createLedgerState(loaded);
  }

  findChannel(id: ChannelId): ChannelState | null {
    return this.#state.channels.get(id) ?? null;
  }

  findMessage(id: MessageId): MessageState | null {
    return this.#state.messages.get(id) ?? null;
  }

  findMember(channel: ChannelId, user: UserId): MemberState | null {
    return this.#state.members.get(memberKey({ channel, user })) ?? null;
  }

  /** The member of `channel` with that handle. */
  findHandle(channel: ChannelId, handle: string): UserId | null {
    return this.#state.handles.get(`${channel} ${handle}`) ?? null;
  }

  findPublicName(lowerCaseName: string): ChannelId | null {
    return this.#state.publicNames.get(lowerCaseName) ?? null;
  }

  reactions(message: MessageId): readonly ReactionState[] {
    return this.#state.reactions.get(message) ?? [];
  }

  hasUser(user: UserId): boolean {
    return this.#state.users.has(user);
  }

  /** Creates an empty channel. */
  create(channel: NewChannel): void {
    const { createdAt: _createdAt, ...state } = channel;
    this.#created.push(channel);
    this.#state.channels.set(channel.id, { ...state, lastSeq: 0, memberCount: 0 });
    if (channel.kind === 'public') this.#state.publicNames.set(channel.name.toLowerCase(), channel.id);
  }

  /** Appends to the log of an existing channel. The event gets the next seq. */
  append(channel: ChannelId, by: UserId, draft: Draft): LogEvent {
    const before = this.#state.channels.get(channel);
    if (before === undefined) throw new Error('the channel of an event must be in scope');
    const event: LogEvent = { ...draft, channel, seq: before.lastSeq + 1, at: this.at, by };
    if (event.type === 'joined') this.#grants.push({ event, channel: before });
    this.#state.channels.set(channel, { ...before, lastSeq: event.seq });
    project(this.#state, event);
    this.#events.push(event);
    return event;
  }

  /** Moves a member's read cursor forward; never back, never beyond the head. */
  moveCursor(channel: ChannelId, user: UserId, seq: number): void {
    const key = memberKey({ channel, user });
    const member = this.#state.members.get(key);
    const target = Math.min(seq, this.#state.channels.get(channel)?.lastSeq ?? 0);
    if (member === undefined || target <= member.readSeq) return;
    this.#state.members.set(key, { ...member, readSeq: target });
    this.#state.cursors.set(key, { channel, user, seq: target });
  }

  decision<R>(result: R): Decision<R> {
    return { result, channels: this.#created, events: this.#events, cursors: [...this.#state.cursors.values()] };
  }

  /** The appended events in order, and for each `joined` the channel before it. */
  committed(): { readonly events: readonly LogEvent[]; readonly grants: readonly MembershipGrant[] } {
    return { events: this.#events, grants: this.#grants };
  }
}
