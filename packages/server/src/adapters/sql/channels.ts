import type { ChannelId, ChannelKind, LogEvent, RenamedEvent, UserId } from '@parley/protocol';
import { sql, type RawBuilder } from 'kysely';
import type { ChannelState, NewChannel, Store } from '#ports/store.ts';
import { listedChannel, nameKey } from '../channel-summary.ts';
import { prepareInsert } from './insert.ts';
import type { SqlDatabase } from './sql-database.ts';
import { expectRowsAffected, prepare, rowsFrom, type Rows, type SqlStatement, type SqlValue } from './statement.ts';

/** Channels: their names and kinds, the heads of their logs, and the list of them. */

export interface ChannelsTable {
  id: string;
  kind: string;
  name: string;
  /** `nameKey(name)`; unique among public channels. */
  name_key: string;
  topic: string;
  created_by: string | null;
  created_at: number;
  last_seq: number;
  member_count: number;
  /** JSON array of user ids; null unless a direct message. */
  dm_members: string | null;
}

declare module './tables.ts' {
  interface Tables {
    channels: ChannelsTable;
  }
}

export const CHANNEL_COLUMNS = [
  'channels.id',
  'channels.kind',
  'channels.name',
  'channels.topic',
  'channels.created_by as createdBy',
  'channels.last_seq as lastSeq',
  'channels.member_count as memberCount',
  'channels.dm_members as dmMembers',
] as const;

interface ChannelRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly topic: string;
  readonly createdBy: string | null;
  readonly lastSeq: number;
  readonly memberCount: number;
  readonly dmMembers: string | null;
}

export function toChannel(row: ChannelRow): ChannelState {
  const { id, kind, name, topic, createdBy, lastSeq, memberCount, dmMembers } = row;
  const channel = { id, kind: kind as ChannelKind, name, topic, createdBy, lastSeq, memberCount };
  return dmMembers === null ? channel : { ...channel, dmMembers: JSON.parse(dmMembers) as UserId[] };
}

export type ChannelStatements = ReturnType<typeof prepareChannels>;

export function prepareChannels(db: SqlDatabase) {
  return { ...prepareLoads(db), ...prepareChanges(db), ...prepareReads(db) };
}

function prepareLoads({ kysely, dialect }: SqlDatabase) {
  return {
    /**
     * Locks the channels until the transaction ends, where other nodes write at the same time. Everyone who appends to a
     * channel locks it first, so what is loaded after this statement stays unchanged. Ordered by id, to avoid deadlocks.
     */
    load: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { id: 'text' }))
        .innerJoin('channels', 'channels.id', 'r.id')
        .select(CHANNEL_COLUMNS)
        .orderBy('channels.id')
        .$if(dialect.hasManyWriters, (query) => query.forNoKeyUpdate('channels')),
    ),
    loadPublicNames: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { key: 'text' }))
        .innerJoin('channels', 'channels.name_key', 'r.key')
        // A literal, so that the partial index of public names can be used.
        .where('channels.kind', '=', sql.lit('public'))
        .select(['r.key as name', 'channels.id as channel']),
    ),
  };
}

function prepareChanges(db: SqlDatabase) {
  const { kysely, dialect } = db;
  return {
    insert: prepareInsert(db, 'channels', {
      id: 'text',
      kind: 'text',
      name: 'text',
      name_key: 'text',
      topic: 'text',
      created_by: 'nullableText',
      created_at: 'int',
      last_seq: 'int',
      member_count: 'int',
      dm_members: 'nullableText',
    }),
    /** Takes `headRows`. Changes only the channels whose head is still the one before the commit. */
    moveHeads: prepare({ rows: 'rows' }, ({ rows }) =>
      kysely
        .updateTable('channels')
        .from(rowsFrom(dialect, rows, { channel: 'text', before: 'int', after: 'int', joined: 'int' }))
        .set((column) => ({
          last_seq: column.ref('r.after'),
          member_count: column('channels.member_count', '+', column.ref('r.joined')),
        }))
        .whereRef('channels.id', '=', 'r.channel')
        .whereRef('channels.last_seq', '=', 'r.before'),
    ),
    rename: prepare({ channel: 'text', name: 'text', key: 'text', topic: 'text' }, ({ channel, name, key, topic }) =>
      kysely.updateTable('channels').set({ name, name_key: key, topic }).where('id', '=', channel),
    ),
  };
}

function prepareReads({ kysely, dialect }: SqlDatabase) {
  // A literal, so that the partial index of public names can be used.
  const publicIds = kysely.selectFrom('channels').select('channels.id').where('channels.kind', '=', sql.lit('public'));
  const idsOf = (user: RawBuilder<string>) =>
    kysely.selectFrom('members').select('members.channel as id').where('members.user', '=', user);
  return {
    head: prepare({ channel: 'text' }, ({ channel }) =>
      kysely.selectFrom('channels').select('last_seq as lastSeq').where('id', '=', channel),
    ),
    heads: prepare({ channels: 'rows' }, ({ channels }) =>
      kysely
        .selectFrom(rowsFrom(dialect, channels, { id: 'text' }))
        .innerJoin('channels', 'channels.id', 'r.id')
        .select(['channels.id', 'channels.last_seq as lastSeq']),
    ),
    list: prepare({ user: 'text' }, ({ user }) =>
      kysely
        .selectFrom('channels')
        .leftJoin('members', (join) => join.onRef('members.channel', '=', 'channels.id').on('members.user', '=', user))
        .select(CHANNEL_COLUMNS)
        .select('members.user as joined')
        .where('channels.id', 'in', publicIds.unionAll(idsOf(user)))
        .orderBy('channels.name_key')
        .orderBy('channels.id'),
    ),
  };
}

export function channelRow({ id, kind, name, topic, createdBy, createdAt, dmMembers }: NewChannel): SqlValue[] {
  const members = dmMembers === undefined ? null : JSON.stringify(dmMembers);
  return [id, kind, name, nameKey(name), topic, createdBy, createdAt, 0, 0, members];
}

/** For each channel: the head of its log before and after the commit, and by how much its number of members changes. */
export function headRows(events: readonly LogEvent[]): Rows {
  const heads = new Map<ChannelId, { readonly before: number; after: number; joined: number }>();
  for (const { channel, seq, type } of events) {
    const head = heads.get(channel) ?? { before: seq - 1, after: seq - 1, joined: 0 };
    if (seq !== head.after + 1) throw new Error(`${channel} is at ${head.after}, not before ${seq}`);
    head.after = seq;
    head.joined += memberChange(type);
    heads.set(channel, head);
  }
  return [...heads].map(([channel, { before, after, joined }]) => [channel, before, after, joined]);
}

function memberChange(type: LogEvent['type']): number {
  if (type === 'joined') return 1;
  return type === 'left' ? -1 : 0;
}

export function projectRenamed(
  { channels }: { readonly channels: ChannelStatements },
  { channel, name, topic }: RenamedEvent,
): SqlStatement[] {
  return [expectRowsAffected(1, channels.rename({ channel, name, key: nameKey(name), topic }))];
}

export function channelReads(db: SqlDatabase, statements: ChannelStatements) {
  return {
    async listChannels(user) {
      const [rows] = await db.read([statements.list({ user })]);
      return rows.map((row) => listedChannel(toChannel(row), row.joined !== null));
    },
    async heads(channels) {
      const [rows] = await db.read([statements.heads({ channels: channels.map((id) => [id]) })]);
      return new Map(rows.map(({ id, lastSeq }) => [id, lastSeq]));
    },
  } satisfies Partial<Store>;
}
