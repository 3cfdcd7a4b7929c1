import { sql } from 'kysely';
import type { Snapshot } from '../snapshot.ts';
import { prepare } from '../statement.ts';

export type TableQueries = ReturnType<typeof prepareTableQueries>;

/** What is asked of whole tables: page by page, or about what stands for nothing. */
export function prepareTableQueries(db: Snapshot) {
  return { ...preparePages(db), ...prepareStrays(db) };
}

/** Rows of a table with what they refer to, in the order of its key. */
function preparePages({ kysely }: Snapshot) {
  return {
    reactions: prepare(
      { message: 'text', emoji: 'text', user: 'text', limit: 'int' },
      ({ message, emoji, user, limit }) =>
        kysely
          .selectFrom('reactions')
          .leftJoin('messages', 'messages.id', 'reactions.message')
          .leftJoin('events', (join) =>
            join.onRef('events.channel', '=', 'messages.channel').onRef('events.seq', '=', 'reactions.seq'),
          )
          .select(['reactions.message', 'reactions.emoji', 'reactions.user', 'reactions.seq', 'messages.channel'])
          .select((column) => column('messages.body', 'is', null).as('isDeleted'))
          .select(['events.type', 'events.by', 'events.data'])
          .where((where) =>
            where(
              where.refTuple('reactions.message', 'reactions.emoji', 'reactions.user'),
              '>',
              where.tuple(message, emoji, user),
            ),
          )
          .orderBy('reactions.message')
          .orderBy('reactions.emoji')
          .orderBy('reactions.user')
          .limit(limit),
    ),
    mentions: prepare({ user: 'text', channel: 'text', seq: 'int', limit: 'int' }, ({ user, channel, seq, limit }) =>
      kysely
        .selectFrom('mentions')
        .leftJoin('messages', (join) =>
          join.onRef('messages.channel', '=', 'mentions.channel').onRef('messages.seq', '=', 'mentions.seq'),
        )
        .select(['mentions.user', 'mentions.channel', 'mentions.seq', 'messages.id', 'messages.by'])
        .select((column) => column('messages.body', 'is', null).as('isDeleted'))
        .select('messages.mentions as said')
        .where((where) =>
          where(
            where.refTuple('mentions.user', 'mentions.channel', 'mentions.seq'),
            '>',
            where.tuple(user, channel, seq),
          ),
        )
        .orderBy('mentions.user')
        .orderBy('mentions.channel')
        .orderBy('mentions.seq')
        .limit(limit),
    ),
  };
}

/** Tables whose rows belong to a channel, and columns that name a user. */
const CHANNEL_TABLES = ['events', 'messages', 'members', 'mentions'] as const;
const USER_COLUMNS = [
  'events.by',
  'messages.by',
  'mentions.user',
  'members.user',
  'reactions.user',
  'channels.created_by',
] as const;

interface Stray {
  /** Of the channel or user that is not there. */
  readonly id: string;
  readonly count: number;
}

function prepareStrays({ kysely }: Snapshot) {
  const strays = (column: string, known: 'channels' | 'users') =>
    prepare({ limit: 'int' }, ({ limit }) => ({
      compile() {
        const [table = ''] = column.split('.');
        const query = sql<Stray>`
          select ${sql.ref(column)} as id, count(*) as count
          from ${sql.table(table)} left join ${sql.table(known)} as known on known.id = ${sql.ref(column)}
          where known.id is null and ${sql.ref(column)} is not null
          group by ${sql.ref(column)} limit ${limit}`;
        return query.compile(kysely);
      },
    }));
  return {
    unknownChannels: CHANNEL_TABLES.map((table) => ({ table, query: strays(`${table}.channel`, 'channels') })),
    unknownUsers: USER_COLUMNS.map((column) => ({ column, query: strays(column, 'users') })),
    doubledSeqs: prepare({ limit: 'int' }, ({ limit }) =>
      kysely
        .selectFrom('messages')
        .select(['channel', 'seq', (column) => column.fn.countAll<number>().as('count')])
        .groupBy(['channel', 'seq'])
        .having((column) => column.fn.countAll(), '>', 1)
        .limit(limit),
    ),
    meta: prepare({}, () => kysely.selectFrom('meta').select(['epoch', 'version'])),
  };
}
