import type { Snapshot } from '../snapshot.ts';
import { prepare, rowsFrom } from '../statement.ts';

export type LogQueries = ReturnType<typeof prepareLogQueries>;

/** What the walk along one channel's log asks. Each answer is bounded by the range, or by the list it was given. */
export function prepareLogQueries(db: Snapshot) {
  return { ...prepareRanges(db), ...prepareMessageLookups(db), ...prepareUserLookups(db), ...prepareMembers(db) };
}

const RANGE = { channel: 'text', after: 'int', upTo: 'int' } as const;

function prepareRanges({ kysely }: Snapshot) {
  return {
    channels: prepare({ after: 'text', limit: 'int' }, ({ after, limit }) =>
      kysely.selectFrom('channels').selectAll().where('id', '>', after).orderBy('id').limit(limit),
    ),
    events: prepare(RANGE, ({ channel, after, upTo }) =>
      kysely
        .selectFrom('events')
        .selectAll()
        .where('channel', '=', channel)
        .where('seq', '>', after)
        .where('seq', '<=', upTo)
        .orderBy('seq'),
    ),
    messages: prepare(RANGE, ({ channel, after, upTo }) =>
      kysely
        .selectFrom('messages')
        .selectAll()
        .where('channel', '=', channel)
        .where('seq', '>', after)
        .where('seq', '<=', upTo)
        .orderBy('seq'),
    ),
    nextEvent: prepare({ channel: 'text', after: 'int' }, ({ channel, after }) =>
      kysely
        .selectFrom('events')
        .select((column) => column.fn.min('seq').as('seq'))
        .where('channel', '=', channel)
        .where('seq', '>', after),
    ),
    nextMessage: prepare({ channel: 'text', after: 'int' }, ({ channel, after }) =>
      kysely
        .selectFrom('messages')
        .select((column) => column.fn.min('seq').as('seq'))
        .where('channel', '=', channel)
        .where('seq', '>', after),
    ),
  };
}

function prepareMessageLookups({ kysely, dialect }: Snapshot) {
  return {
    messagesById: prepare({ ids: 'rows' }, ({ ids }) =>
      kysely
        .selectFrom(rowsFrom(dialect, ids, { id: 'text' }))
        .innerJoin('messages', 'messages.id', 'r.id')
        .select(['messages.id', 'messages.channel', 'messages.seq'])
        .select((column) => column('messages.body', 'is', null).as('isDeleted')),
    ),
    /** The last edit of each message that has one. */
    lastEdits: prepare({ ids: 'rows' }, ({ ids }) => {
      const last = kysely
        .selectFrom(rowsFrom(dialect, ids, { id: 'text', channel: 'text' }))
        .innerJoin('events as edits', (join) =>
          join.onRef('edits.edit_of', '=', 'r.id').onRef('edits.channel', '=', 'r.channel'),
        )
        .select(['r.channel', (column) => column.fn.max('edits.seq').as('seq')])
        .groupBy(['r.id', 'r.channel'])
        .as('last');
      return kysely
        .selectFrom(last)
        .innerJoin('events', (join) =>
          join.onRef('events.channel', '=', 'last.channel').onRef('events.seq', '=', 'last.seq'),
        )
        .selectAll('events');
    }),
    reactions: prepare({ keys: 'rows' }, ({ keys }) =>
      kysely
        .selectFrom(rowsFrom(dialect, keys, { message: 'text', emoji: 'text', user: 'text' }))
        .innerJoin('reactions', (join) =>
          join
            .onRef('reactions.message', '=', 'r.message')
            .onRef('reactions.emoji', '=', 'r.emoji')
            .onRef('reactions.user', '=', 'r.user'),
        )
        .select(['reactions.message', 'reactions.emoji', 'reactions.user', 'reactions.seq']),
    ),
  };
}

function prepareUserLookups({ kysely, dialect }: Snapshot) {
  return {
    mentions: prepare({ keys: 'rows' }, ({ keys }) =>
      kysely
        .selectFrom(rowsFrom(dialect, keys, { user: 'text', channel: 'text', seq: 'int' }))
        .innerJoin('mentions', (join) =>
          join
            .onRef('mentions.user', '=', 'r.user')
            .onRef('mentions.channel', '=', 'r.channel')
            .onRef('mentions.seq', '=', 'r.seq'),
        )
        .select(['mentions.user', 'mentions.seq']),
    ),
    members: prepare({ keys: 'rows' }, ({ keys }) =>
      kysely
        .selectFrom(rowsFrom(dialect, keys, { channel: 'text', user: 'text' }))
        .innerJoin('members', (join) =>
          join.onRef('members.channel', '=', 'r.channel').onRef('members.user', '=', 'r.user'),
        )
        .select(['members.user', 'members.joined_seq as joinedSeq']),
    ),
    users: prepare({ ids: 'rows' }, ({ ids }) =>
      kysely
        .selectFrom(rowsFrom(dialect, ids, { id: 'text' }))
        .innerJoin('users', 'users.id', 'r.id')
        .select('users.id'),
    ),
  };
}

function prepareMembers({ kysely }: Snapshot) {
  return {
    /** Members in the order of their ids, each with the event that made them one. */
    membersWithEvents: prepare({ channel: 'text', after: 'text', limit: 'int' }, ({ channel, after, limit }) =>
      kysely
        .selectFrom('members')
        .leftJoin('events', (join) =>
          join.onRef('events.channel', '=', 'members.channel').onRef('events.seq', '=', 'members.joined_seq'),
        )
        .select(['members.user', 'members.read_seq as readSeq', 'members.joined_seq as joinedSeq'])
        .select(['events.type', 'events.data'])
        .where('members.channel', '=', channel)
        .where('members.user', '>', after)
        .orderBy('members.user')
        .limit(limit),
    ),
  };
}
