import type { ChannelId, ChannelKind, LogEvent, MessageId, UserId } from '@parley/protocol';
import { expect } from 'vitest';
import type { CommitScope, Decision, Store } from '../store.ts';
import type { Users } from '../users.ts';

export interface StoreUnderTest {
  readonly store: Store;
  readonly users: Users;
  readonly close: () => Promise<void>;
}

/** An event without its channel, seq and time. */
export type Draft = LogEvent extends infer E ? (E extends LogEvent ? Omit<E, 'channel' | 'seq' | 'at'> : never) : never;

export const EMPTY_SCOPE: CommitScope = {
  channels: [],
  messages: [],
  members: [],
  handles: [],
  reactions: [],
  publicNames: [],
  users: [],
};

export const NOTHING: Decision<null> = { result: null, channels: [], events: [], cursors: [] };

/** Equals every time that the fixture sets. */
export const ANY_TIME: unknown = expect.any(Number);

/** A store with users and channels, and short methods to append to it. Its clock advances 1 ms with each event. */
export class StoreFixture implements AsyncDisposable {
  readonly #opened: StoreUnderTest;
  #now = 1_790_000_000_000;
  #made = 0;

  constructor(opened: StoreUnderTest) {
    this.#opened = opened;
  }

  get store(): Store {
    return this.#opened.store;
  }

  get users(): Users {
    return this.#opened.users;
  }

  async user(name: string): Promise<UserId> {
    const { id } = await this.users.createForSubject(`subject of ${name}`, name);
    return id;
  }

  /** Creates a channel whose members joined in the given order. The first one created it. */
  async channel(members: readonly UserId[], more: { kind?: ChannelKind; name?: string } = {}): Promise<ChannelId> {
    this.#made += 1;
    const id = `c_${this.#made}`;
    const { kind = 'private', name = kind === 'dm' ? '' : `channel ${this.#made}` } = more;
    const [by] = members;
    if (by === undefined) throw new Error('a channel needs a member');
    const dm = kind === 'dm' ? { dmMembers: members } : {};
    const channel = { id, kind, name, topic: '', createdBy: by, createdAt: this.#now, ...dm };
    const events = members.map((user, index) => this.toEvent({ type: 'joined', by, user }, id, index + 1));
    await this.store.commit(EMPTY_SCOPE, () => ({ ...NOTHING, channels: [channel], events }));
    return id;
  }

  /** Appends to one channel, in one commit. */
  append(channel: ChannelId, ...drafts: readonly Draft[]): Promise<LogEvent[]> {
    return this.store.commit({ ...EMPTY_SCOPE, channels: [channel] }, (state) => {
      const lastSeq = state.channels[0]?.lastSeq ?? 0;
      const events = drafts.map((draft, index) => this.toEvent(draft, channel, lastSeq + 1 + index));
      return { ...NOTHING, events, result: events };
    });
  }

  /** Appends messages by one author, and resolves with their seqs. */
  async send(channel: ChannelId, by: UserId, ...bodies: readonly string[]): Promise<number[]> {
    const drafts = bodies.map((body) => message(by, { body }));
    const events = await this.append(channel, ...drafts);
    return events.map(({ seq }) => seq);
  }

  async moveCursor(channel: ChannelId, user: UserId, seq: number): Promise<void> {
    await this.store.commit(EMPTY_SCOPE, () => ({ ...NOTHING, cursors: [{ channel, user, seq }] }));
  }

  toEvent(draft: Draft, channel: ChannelId, seq: number): LogEvent {
    this.#now += 1;
    return { ...draft, channel, seq, at: this.#now };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.close();
  }
}

export function message(
  by: UserId,
  { id = crypto.randomUUID(), ...more }: { id?: MessageId; body: string; thread?: MessageId; mentions?: UserId[] },
) {
  return { type: 'message', by, message: { id, ...more } } as const;
}
