import type { ChannelId, LogEvent, MessageId, UserId } from '@parley/protocol';
import type { ChannelState, MemberState, ReactionState } from '#ports/store.ts';
import type { UserRecord } from '#ports/users.ts';
import type { StoredMessage } from '../message-page.ts';

export interface MemoryUser extends UserRecord {
  readonly subject: string | null;
  readonly changedAt: number;
}

/** Rows are never mutated: a change replaces the row. */
export interface Tables {
  readonly epoch: string;
  readonly users: Map<UserId, MemoryUser>;
  readonly channels: Map<ChannelId, ChannelState>;
  /** By channel and user, in the order of joining. */
  readonly members: Map<ChannelId, Map<UserId, MemberState>>;
  /** By channel; the event with seq n at index n - 1. */
  readonly events: Map<ChannelId, LogEvent[]>;
  readonly messages: Map<MessageId, StoredMessage>;
  /** The ids of a channel's messages, in their order. */
  readonly timelines: Map<ChannelId, MessageId[]>;
  /** In the order in which they were added. */
  readonly reactions: Map<MessageId, readonly ReactionState[]>;
}

export function emptyTables(epoch: string): Tables {
  return {
    epoch,
    users: new Map(),
    channels: new Map(),
    members: new Map(),
    events: new Map(),
    messages: new Map(),
    timelines: new Map(),
    reactions: new Map(),
  };
}

/** Records how to undo each change, so that a commit is atomic. */
export class Transaction {
  readonly #undo: (() => void)[] = [];

  put<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key);
    const existed = map.has(key);
    map.set(key, value);
    this.#undo.push(existed ? () => map.set(key, before as V) : () => map.delete(key));
  }

  drop<K, V>(map: Map<K, V>, key: K): void {
    // Undoing restores the order of the entries.
    const before = [...map];
    map.delete(key);
    this.#undo.push(() => {
      map.clear();
      for (const [key, value] of before) map.set(key, value);
    });
  }

  push<T>(list: T[], item: T): void {
    list.push(item);
    this.#undo.push(() => list.pop());
  }

  replace<T>(list: T[], index: number, item: T): void {
    const [before] = list.splice(index, 1, item);
    this.#undo.push(() => list.splice(index, 1, before as T));
  }

  rollBack(): void {
    for (const undo of this.#undo.toReversed()) undo();
  }
}
