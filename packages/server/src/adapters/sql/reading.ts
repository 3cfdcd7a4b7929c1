import { MAX_COUNTED_UNREAD } from '@parley/protocol';
import type { ExpressionBuilder } from 'kysely';
import { channelSummary } from '#ports/channel-summary.ts';
import type { Decision, Store } from '#ports/store.ts';
import { MAX_SCANNED_UNREAD } from '../channel-summary.ts';
import { CHANNEL_COLUMNS, toChannel } from './channels.ts';
import { unreadMentions } from './mentions.ts';
import type { SqlDatabase } from './sql-database.ts';
import { prepare, rowsFrom, type Rows } from './statement.ts';
import type { Tables } from './tables.ts';

/** Read cursors (`members.read_seq`), and the channels of a user with what is unread in them. */

type ReadingStatements = ReturnType<typeof prepareReading>;

export function prepareReading(db: SqlDatabase) {
  return { ...prepareCursors(db), ...prepareSummaries(db) };
}

function prepareCursors({ kysely, dialect }: SqlDatabase) {
  return {
    /** Takes `cursorRows`. A cursor never moves back, and never beyond the head of its channel. */
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
  };
}

function prepareSummaries({ kysely }: SqlDatabase) {
  const summaries = kysely
    .selectFrom('members')
    .innerJoin('channels', 'channels.id', 'members.channel')
    .select(CHANNEL_COLUMNS)
    .select('members.read_seq as readSeq')
    .select((column) => [unread(column).as('unread'), unreadMentions(column).as('mentions')]);
  return {
    summariesOf: prepare({ user: 'text' }, ({ user }) =>
      summaries.where('members.user', '=', user).orderBy('members.channel'),
    ),
    summaryOf: prepare({ channel: 'text', user: 'text' }, ({ channel, user }) =>
      summaries.where('members.channel', '=', channel).where('members.user', '=', user),
    ),
  };
}

/** Counts the messages of other users behind the cursor, up to the limit. */
function unread(column: ExpressionBuilder<Tables, 'members'>) {
  const behind = column
    .selectFrom('messages')
    .select('messages.by')
    .whereRef('messages.channel', '=', 'members.channel')
    .whereRef('messages.seq', '>', 'members.read_seq')
    .orderBy('messages.seq')
    .limit(MAX_SCANNED_UNREAD);
  const counted = column
    .selectFrom(behind.as('behind'))
    .select('behind.by')
    .whereRef('behind.by', '<>', 'members.user')
    .limit(MAX_COUNTED_UNREAD);
  return column.selectFrom(counted.as('unread')).select((count) => count.fn.countAll<number>().as('count'));
}

/** The furthest cursor of each member. */
export function cursorRows(cursors: Decision<unknown>['cursors']): Rows {
  const furthest = new Map<string, (typeof cursors)[number]>();
  for (const cursor of cursors) {
    const key = `${cursor.channel} ${cursor.user}`;
    if (cursor.seq > (furthest.get(key)?.seq ?? 0)) furthest.set(key, cursor);
  }
  return [...furthest.values()].map(({ channel, user, seq }) => [channel, user, seq]);
}

export function summaryReads(db: SqlDatabase, statements: ReadingStatements) {
  return {
    async summariesOf(user) {
      const [rows] = await db.read([statements.summariesOf({ user })]);
      return rows.map((row) => channelSummary(toChannel(row), toReading(row)));
    },
    async summaryOf(channel, user) {
      const [[row]] = await db.read([statements.summaryOf({ channel, user })]);
      return row === undefined ? null : channelSummary(toChannel(row), toReading(row));
    },
  } satisfies Partial<Store>;
}

function toReading({ readSeq, unread, mentions }: { readSeq: number; unread: number | null; mentions: number | null }) {
  return { readSeq, unread: Number(unread), mentions: Number(mentions) };
}
