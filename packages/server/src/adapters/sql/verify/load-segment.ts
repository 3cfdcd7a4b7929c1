import type { ChannelId } from '@parley/protocol';
import type { Snapshot } from '../snapshot.ts';
import type { LogSegment } from './log-segment.ts';
import { mentionKey, mentionsOf } from './mentions.ts';
import { parseEvent } from './parse.ts';
import type { VerifyQueries } from './queries.ts';
import { reactionKey } from './reactions.ts';

export interface Range {
  readonly channel: ChannelId;
  readonly after: number;
  readonly upTo: number;
}

export async function loadSegment(db: Snapshot, queries: VerifyQueries, range: Range): Promise<LogSegment> {
  const { channel } = range;
  const events = await db.rows(queries.events.range(range));
  const messages = await db.rows(queries.messages.range(range));
  const parsed = new Map(events.map((row) => [row.seq, parseEvent(row)]));
  const known = [...parsed.values()].filter((event) => event !== null);
  const ids = unique(known.flatMap((event) => ('id' in event ? [event.id] : [])));
  const users = unique(known.flatMap((event) => ('user' in event ? [event.user] : [])));
  const reacted = known.filter((event) => event.type === 'reacted' || event.type === 'unreacted');
  const mentioned = known.flatMap((event) => mentionsOf(event).map((user) => [user, channel, event.seq] as const));
  const rowsFor = async <Key, Row>(keys: readonly Key[], query: (keys: readonly Key[]) => Promise<readonly Row[]>) =>
    keys.length === 0 ? [] : query(keys);
  const [targets, lastEdits, reactions, mentions, members, existing] = [
    await rowsFor(ids, (keys) => db.rows(queries.messages.byId({ ids: keys.map((id) => [id]) }))),
    await rowsFor(messages, (keys) => db.rows(queries.events.lastEdits({ ids: keys.map(({ id }) => [id, channel]) }))),
    await rowsFor(reacted, (keys) =>
      db.rows(queries.reactions.byKey({ keys: keys.map(({ id, emoji, by }) => [id, emoji, by]) })),
    ),
    await rowsFor(mentioned, (keys) => db.rows(queries.mentions.byKey({ keys }))),
    await rowsFor(users, (keys) => db.rows(queries.members.byKey({ keys: keys.map((user) => [channel, user]) }))),
    await rowsFor(users, (keys) => db.rows(queries.members.users({ ids: keys.map((user) => [user]) }))),
  ];
  return {
    events,
    parsed,
    messages,
    targets: new Map(
      targets.map(({ id, isDeleted, ...position }) => [id, { ...position, isDeleted: Boolean(isDeleted) }] as const),
    ),
    lastEdits: new Map(lastEdits.map((row) => [row.edit_of ?? '', row])),
    reactions: new Map(reactions.map(({ message, emoji, user, seq }) => [reactionKey(message, emoji, user), seq])),
    mentions: new Set(mentions.map(({ user, seq }) => mentionKey(user, seq))),
    members: new Map(members.map(({ user, joinedSeq }) => [user, joinedSeq])),
    users: new Set(existing.map(({ id }) => id)),
  };
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
