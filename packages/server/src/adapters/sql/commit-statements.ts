import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { SqlDatabase } from './sql-database.ts';
import { prepare, prepareEach, rowsFrom, type Rows, type SqlStatement } from './statement.ts';
import type { Tables } from './tables.ts';

export type CommitStatements = ReturnType<typeof prepareCommitStatements>;

/** Everything a commit can change. What comes in great numbers is one statement for all of its rows. */
export function prepareCommitStatements(db: SqlDatabase) {
  return {
    ...prepareInserts(db),
    ...prepareHeads(db),
    ...prepareMessageChanges(db),
    ...prepareReactionChanges(db),
    ...prepareMemberChanges(db),
  };
}

type Column = 'text' | 'int' | 'nullableText';
type Columns<T extends keyof Tables> = { readonly [K in keyof Tables[T]]?: Column };

/** What `rows` hold, in this order. */
const EVENT = {
  channel: 'text',
  seq: 'int',
  at: 'int',
  by: 'text',
  type: 'text',
  data: 'text',
  edit_of: 'nullableText',
} as const satisfies Columns<'events'>;
const MESSAGE = {
  id: 'text',
  channel: 'text',
  seq: 'int',
  at: 'int',
  by: 'text',
  body: 'text',
  thread: 'nullableText',
  mentions: 'nullableText',
} as const satisfies Columns<'messages'>;
const MENTION = { user: 'text', channel: 'text', seq: 'int' } as const satisfies Columns<'mentions'>;
const CHANNEL = {
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
} as const satisfies Columns<'channels'>;

function prepareInserts(db: SqlDatabase) {
  return {
    insertChannels: prepareInsert(db, 'channels', CHANNEL),
    insertEvents: prepareInsert(db, 'events', EVENT),
    insertMessages: prepareInsert(db, 'messages', MESSAGE),
    insertMentions: prepareInsert(db, 'mentions', MENTION),
  };
}

function prepareInsert(
  { kysely, dialect }: SqlDatabase,
  table: keyof Tables,
  columns: Readonly<Record<string, Column>>,
) {
  // The columns above are held to their tables; here they are any table's.
  const insert = (kysely as Kysely<Record<string, Record<string, unknown>>>).insertInto(table);
  if (dialect.inserts === 'each') return prepareEach(columns, (slots) => insert.values(slots));
  const together = prepare({ rows: 'rows' }, ({ rows }) =>
    insert.columns(Object.keys(columns)).expression(kysely.selectFrom(rowsFrom(dialect, rows, columns)).selectAll('r')),
  );
  return (rows: Rows): SqlStatement => together({ rows });
}

function prepareHeads({ kysely, dialect }: SqlDatabase) {
  return {
    /** Rows: channel, head before, head after, members more. Changes only those that stand where they should. */
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
    /** Rows: channel, user, seq; one for each member. */
    moveCursors: prepare({ rows: 'rows' }, ({ rows }) =>
      kysely
        .updateTable('members')
        .from([rowsFrom(dialect, rows, { channel: 'text', user: 'text', seq: 'int' }), 'channels'])
        .set((column) => ({
          read_seq: column
            .case()
            .when('r.seq', '<', column.ref('channels.last_seq'))
            .then(column.ref('r.seq'))
            .else(column.ref('channels.last_seq'))
            .end(),
        }))
        .whereRef('members.channel', '=', 'r.channel')
        .whereRef('members.user', '=', 'r.user')
        .whereRef('channels.id', '=', 'r.channel')
        .whereRef('members.read_seq', '<', 'r.seq')
        .whereRef('members.read_seq', '<', 'channels.last_seq'),
    ),
    rename: prepare({ channel: 'text', name: 'text', key: 'text', topic: 'text' }, ({ channel, name, key, topic }) =>
      kysely.updateTable('channels').set({ name, name_key: key, topic }).where('id', '=', channel),
    ),
  };
}

/** A message that comes later in the log is not there yet, although its row was inserted before. */
function prepareMessageChanges({ kysely }: SqlDatabase) {
  return {
    edit: prepare(
      { channel: 'text', id: 'text', body: 'text', at: 'int', seq: 'int' },
      ({ channel, id, body, at, seq }) =>
        kysely
          .updateTable('messages')
          .set({ body, edited_at: at })
          .where('id', '=', id)
          .where('channel', '=', channel)
          .where('seq', '<', seq)
          .where('body', 'is not', null),
    ),
    /** The row stays, as a tombstone. */
    erase: prepare({ channel: 'text', id: 'text', seq: 'int' }, ({ channel, id, seq }) =>
      kysely
        .updateTable('messages')
        .set({ body: null, mentions: null })
        .where('id', '=', id)
        .where('channel', '=', channel)
        .where('seq', '<', seq)
        .where('body', 'is not', null),
    ),
    scrubMessageEvent: prepare({ channel: 'text', id: 'text', data: 'text' }, ({ channel, id, data }) =>
      kysely
        .updateTable('events')
        .set({ data })
        .where('channel', '=', channel)
        .where('seq', '=', (query) =>
          query.selectFrom('messages').select('messages.seq').where('messages.id', '=', id),
        ),
    ),
    scrubEdits: prepare({ id: 'text', data: 'text' }, ({ id, data }) =>
      kysely.updateTable('events').set({ data }).where('edit_of', '=', id),
    ),
    eraseReactions: prepare({ id: 'text' }, ({ id }) => kysely.deleteFrom('reactions').where('message', '=', id)),
  };
}

function prepareReactionChanges({ kysely, dialect }: SqlDatabase) {
  const int = (value: RawBuilder<number>) => sql<number>`cast(${value} as ${sql.raw(dialect.int)})`;
  const placeOf = (id: RawBuilder<string>, emoji: RawBuilder<string>) =>
    kysely
      .selectFrom('reactions as same')
      .select((same) => same.fn.min('same.place').as('place'))
      .where('same.message', '=', id)
      .where('same.emoji', '=', emoji);
  return {
    /** Adds nothing when there is no such message. The emoji stands where it does already, or else last. */
    react: prepare(
      { channel: 'text', id: 'text', emoji: 'text', user: 'text', seq: 'int' },
      ({ channel, id, emoji, user, seq }) =>
        kysely
          .insertInto('reactions')
          .columns(['message', 'emoji', 'user', 'seq', 'place'])
          .expression((query) =>
            query
              .selectFrom('messages')
              .select([
                'messages.id',
                emoji.as('emoji'),
                user.as('user'),
                int(seq).as('seq'),
                query.fn.coalesce(placeOf(id, emoji), int(seq)).as('place'),
              ])
              .where('messages.id', '=', id)
              .where('messages.channel', '=', channel)
              .where('messages.seq', '<', seq),
          ),
    ),
    unreact: prepare({ id: 'text', emoji: 'text', user: 'text' }, ({ id, emoji, user }) =>
      kysely.deleteFrom('reactions').where('message', '=', id).where('emoji', '=', emoji).where('user', '=', user),
    ),
  };
}

function prepareMemberChanges({ kysely }: SqlDatabase) {
  return {
    join: prepare({ channel: 'text', user: 'text', readSeq: 'int', seq: 'int' }, ({ channel, user, readSeq, seq }) =>
      kysely.insertInto('members').values({ channel, user, read_seq: readSeq, joined_seq: seq }),
    ),
    leave: prepare({ channel: 'text', user: 'text' }, ({ channel, user }) =>
      kysely.deleteFrom('members').where('channel', '=', channel).where('user', '=', user),
    ),
  };
}
