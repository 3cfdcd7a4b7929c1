import { MAX_COUNTED_UNREAD } from '@parley/protocol';
import { sql, type ExpressionBuilder, type RawBuilder } from 'kysely';
import { MAX_SCANNED_UNREAD } from '../channel-summary.ts';
import { CHANNEL_COLUMNS, MESSAGE_COLUMNS } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';
import { prepare, rowsFrom } from './statement.ts';
import type { Tables } from './tables.ts';

export type Reads = ReturnType<typeof prepareReads>;

/** Every question the store answers. */
export function prepareReads(db: SqlDatabase) {
  return { ...prepareChannelReads(db), ...prepareMemberReads(db), ...prepareLogReads(db), ...prepareMessageReads(db) };
}

function prepareChannelReads({ kysely, dialect }: SqlDatabase) {
  // A literal, so that the partial index of public names can be used.
  const publicIds = kysely.selectFrom('channels').select('channels.id').where('channels.kind', '=', sql.lit('public'));
  const idsOf = (user: RawBuilder<string>) =>
    kysely.selectFrom('members').select('members.channel as id').where('members.user', '=', user);
  return {
    epoch: prepare({}, () => kysely.selectFrom('meta').select('epoch')),
    now: prepare({}, () => kysely.selectNoFrom(sql<number>`${sql.raw(dialect.nowMs)}`.as('nowMs'))),
    heads: prepare({ channels: 'rows' }, ({ channels }) =>
      kysely
        .selectFrom(rowsFrom(dialect, channels, { id: 'text' }))
        .innerJoin('channels', 'channels.id', 'r.id')
        .select(['channels.id', 'channels.last_seq as lastSeq']),
    ),
    listChannels: prepare({ user: 'text' }, ({ user }) =>
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

function prepareMemberReads({ kysely, dialect }: SqlDatabase) {
  const summaries = kysely
    .selectFrom('members')
    .innerJoin('channels', 'channels.id', 'members.channel')
    .select(CHANNEL_COLUMNS)
    .select('members.read_seq as readSeq')
    .select((column) => [unread(column).as('unread'), unreadMentions(column).as('mentions')]);
  return {
    isMember: prepare({ channel: 'text', user: 'text' }, ({ channel, user }) =>
      kysely.selectFrom('members').select('user').where('channel', '=', channel).where('user', '=', user),
    ),
    channelIdsOf: prepare({ user: 'text' }, ({ user }) =>
      kysely.selectFrom('members').select('channel').where('user', '=', user).orderBy('channel'),
    ),
    membershipDigests: prepare({ users: 'rows' }, ({ users }) =>
      kysely
        .selectFrom(rowsFrom(dialect, users, { id: 'text' }))
        .innerJoin('members', 'members.user', 'r.id')
        .select('members.user')
        .select((column) => [
          column.fn.countAll<number | string>().as('channels'),
          column.fn.sum<number>('members.joined_seq').as('joined'),
          column.fn.sum<number>('members.read_seq').as('read'),
        ])
        .groupBy('members.user'),
    ),
    memberships: prepare({ users: 'rows' }, ({ users }) =>
      kysely
        .selectFrom(rowsFrom(dialect, users, { id: 'text' }))
        .innerJoin('members', 'members.user', 'r.id')
        .select(['members.user', 'members.channel', 'members.read_seq as readSeq']),
    ),
    memberIds: prepare({ channel: 'text' }, ({ channel }) =>
      kysely.selectFrom('members').select('user').where('channel', '=', channel).orderBy('joined_seq'),
    ),
    summariesOf: prepare({ user: 'text' }, ({ user }) =>
      summaries.where('members.user', '=', user).orderBy('members.channel'),
    ),
    summaryOf: prepare({ channel: 'text', user: 'text' }, ({ channel, user }) =>
      summaries.where('members.channel', '=', channel).where('members.user', '=', user),
    ),
  };
}

/** Others' messages behind the cursor; counting stops at the limit. */
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

function unreadMentions(column: ExpressionBuilder<Tables, 'members'>) {
  const counted = column
    .selectFrom('mentions')
    .select('mentions.seq')
    .whereRef('mentions.user', '=', 'members.user')
    .whereRef('mentions.channel', '=', 'members.channel')
    .whereRef('mentions.seq', '>', 'members.read_seq')
    .limit(MAX_COUNTED_UNREAD);
  return column.selectFrom(counted.as('mentioned')).select((count) => count.fn.countAll<number>().as('count'));
}

function prepareLogReads({ kysely }: SqlDatabase) {
  return {
    head: prepare({ channel: 'text' }, ({ channel }) =>
      kysely.selectFrom('channels').select('last_seq as lastSeq').where('id', '=', channel),
    ),
    headForMember: prepare({ channel: 'text', user: 'text' }, ({ channel, user }) =>
      kysely
        .selectFrom('members')
        .innerJoin('channels', 'channels.id', 'members.channel')
        .select('channels.last_seq as lastSeq')
        .where('members.channel', '=', channel)
        .where('members.user', '=', user),
    ),
    eventsAfter: prepare({ channel: 'text', after: 'int', limit: 'int' }, ({ channel, after, limit }) =>
      kysely
        .selectFrom('events')
        .select(['channel', 'seq', 'at', 'by', 'type', 'data'])
        .where('channel', '=', channel)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit),
    ),
  };
}

const PAGE = { channel: 'text', pivot: 'int', older: 'int', newer: 'int' } as const;

function prepareMessageReads({ kysely }: SqlDatabase) {
  const older = prepare(PAGE, ({ channel, pivot, older }) =>
    kysely
      .selectFrom('messages')
      .select(MESSAGE_COLUMNS)
      .where('channel', '=', channel)
      .where('seq', '<=', pivot)
      .orderBy('seq', 'desc')
      .limit(older),
  );
  const newer = prepare(PAGE, ({ channel, pivot, newer }) =>
    kysely
      .selectFrom('messages')
      .select(MESSAGE_COLUMNS)
      .where('channel', '=', channel)
      .where('seq', '>', pivot)
      .orderBy('seq')
      .limit(newer),
  );
  /** Of both sides. */
  const reactions = prepare(PAGE, ({ channel, pivot, older, newer }) => {
    const near = kysely.selectFrom('messages').select('messages.id').where('messages.channel', '=', channel);
    return kysely
      .selectFrom('reactions')
      .select(['reactions.message', 'reactions.emoji', 'reactions.user'])
      .where((where) =>
        where.or([
          where(
            'reactions.message',
            'in',
            near.where('messages.seq', '<=', pivot).orderBy('messages.seq', 'desc').limit(older),
          ),
          where('reactions.message', 'in', near.where('messages.seq', '>', pivot).orderBy('messages.seq').limit(newer)),
        ]),
      )
      .orderBy('reactions.place')
      .orderBy('reactions.seq');
  });
  return { older, newer, reactions };
}
