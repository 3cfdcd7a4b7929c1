import { logEvent, type ChannelId, type LogEvent } from '@parley/protocol';
import type { Selectable } from 'kysely';
import type { EventsTable } from '../events.ts';
import type { MessagesTable } from '../messages.ts';
import type { Snapshot } from '../snapshot.ts';
import type { LogQueries } from './log-queries.ts';

export type EventRow = Selectable<EventsTable>;
export type MessageRow = Selectable<MessagesTable>;

/** The message that an event is about, as its row stands at the end of the log. */
export interface Target {
  readonly channel: ChannelId;
  readonly seq: number;
  readonly isDeleted: boolean;
}

/** A stretch of one channel's log, with every row that its events speak of. */
export interface LogSegment {
  readonly events: readonly EventRow[];
  /** By seq; null where an event is not one of the protocol's. */
  readonly parsed: ReadonlyMap<number, LogEvent | null>;
  /** Those whose seq is in the stretch, whatever the log has there. */
  readonly messages: readonly MessageRow[];
  /** By message. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly lastEdits: ReadonlyMap<string, EventRow>;
  /** Seq of the reaction that stands, by `reactionKey`. */
  readonly reactions: ReadonlyMap<string, number>;
  /** By `mentionKey`. */
  readonly mentions: ReadonlySet<string>;
  /** Seq of the joining that stands, by user. */
  readonly members: ReadonlyMap<string, number>;
  /** Those who joined or left, if they exist. */
  readonly users: ReadonlySet<string>;
}

export interface Range {
  readonly channel: ChannelId;
  readonly after: number;
  readonly upTo: number;
}

export async function loadStretch(db: Snapshot, queries: LogQueries, range: Range): Promise<LogSegment> {
  const { channel } = range;
  const [events, messages] = [await db.rows(queries.events(range)), await db.rows(queries.messages(range))];
  const parsed = new Map(events.map((row) => [row.seq, parseEvent(row)]));
  const known = [...parsed.values()].filter((event) => event !== null);
  const ids = unique(known.flatMap((event) => ('id' in event ? [event.id] : [])));
  const users = unique(known.flatMap((event) => ('user' in event ? [event.user] : [])));
  const reacted = known.filter((event) => event.type === 'reacted' || event.type === 'unreacted');
  const mentioned = known.flatMap((event) => mentionsOf(event).map((user) => [user, channel, event.seq] as const));
  const rowsFor = async <Key, Row>(keys: readonly Key[], ask: (keys: readonly Key[]) => Promise<readonly Row[]>) =>
    keys.length === 0 ? [] : ask(keys);
  const [targets, lastEdits, reactions, mentions, members, existing] = [
    await rowsFor(ids, (keys) => db.rows(queries.messagesById({ ids: keys.map((id) => [id]) }))),
    await rowsFor(messages, (keys) => db.rows(queries.lastEdits({ ids: keys.map(({ id }) => [id, channel]) }))),
    await rowsFor(reacted, (keys) =>
      db.rows(queries.reactions({ keys: keys.map(({ id, emoji, by }) => [id, emoji, by]) })),
    ),
    await rowsFor(mentioned, (keys) => db.rows(queries.mentions({ keys }))),
    await rowsFor(users, (keys) => db.rows(queries.members({ keys: keys.map((user) => [channel, user]) }))),
    await rowsFor(users, (keys) => db.rows(queries.users({ ids: keys.map((user) => [user]) }))),
  ];
  return {
    events,
    parsed,
    messages,
    targets: new Map(
      targets.map(({ id, isDeleted, ...place }) => [id, { ...place, isDeleted: Boolean(isDeleted) }] as const),
    ),
    lastEdits: new Map(lastEdits.map((row) => [row.edit_of ?? '', row])),
    reactions: new Map(reactions.map(({ message, emoji, user, seq }) => [reactionKey(message, emoji, user), seq])),
    mentions: new Set(mentions.map(({ user, seq }) => mentionKey(user, seq))),
    members: new Map(members.map(({ user, joinedSeq }) => [user, joinedSeq])),
    users: new Set(existing.map(({ id }) => id)),
  };
}

/** Null when it is none that a client would understand. */
export function parseEvent({ channel, seq, at, by, type, data }: EventRow): LogEvent | null {
  const fields = parseObject(data);
  if (fields === null) return null;
  const parsed = logEvent.safeParse({ ...fields, channel, seq, at, by, type });
  return parsed.success ? parsed.data : null;
}

export function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** Whom a message mentions by the log: an author's mention of themselves does not count. */
export function mentionsOf(event: LogEvent): string[] {
  if (event.type !== 'message' || 'deleted' in event.message) return [];
  return unique(event.message.mentions ?? []).filter((user) => user !== event.by);
}

export function reactionKey(message: string, emoji: string, user: string): string {
  return `${message} ${user} ${emoji}`;
}

export function mentionKey(user: string, seq: number): string {
  return `${user} ${seq}`;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
