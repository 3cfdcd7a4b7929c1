import type { ReactedEvent, UnreactedEvent } from '@parley/protocol';
import { sql, type RawBuilder } from 'kysely';
import type { SqlDatabase } from './sql-database.ts';
import { expectRowsAffected, prepare, rowsFrom, type SqlStatement } from './statement.ts';

/** Reactions to messages. */

export interface ReactionsTable {
  message: string;
  emoji: string;
  user: string;
  /** The seq of the `reacted` event: the order of the users of an emoji. */
  seq: number;
  /** The seq of the reaction since which the message has this emoji without a break: the order of the emoji. */
  place: number;
}

declare module './tables.ts' {
  interface Tables {
    reactions: ReactionsTable;
  }
}

export type ReactionStatements = ReturnType<typeof prepareReactions>;

export function prepareReactions(db: SqlDatabase) {
  return { ...prepareChanges(db), ...prepareReads(db) };
}

function prepareChanges({ kysely, dialect }: SqlDatabase) {
  const int = (value: RawBuilder<number>) => sql<number>`cast(${value} as ${sql.raw(dialect.int)})`;
  const placeOf = (id: RawBuilder<string>, emoji: RawBuilder<string>) =>
    kysely
      .selectFrom('reactions as same')
      .select((same) => same.fn.min('same.place').as('place'))
      .where('same.message', '=', id)
      .where('same.emoji', '=', emoji);
  return {
    /** Inserts nothing when there is no such message. The emoji keeps its position, or becomes the last. */
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
    deleteAll: prepare({ id: 'text' }, ({ id }) => kysely.deleteFrom('reactions').where('message', '=', id)),
  };
}

/** The messages around a pivot, as `planPage` plans them. */
const PAGE = { channel: 'text', pivot: 'int', older: 'int', newer: 'int' } as const;

function prepareReads({ kysely, dialect }: SqlDatabase) {
  return {
    load: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { id: 'text' }))
        .innerJoin('reactions', 'reactions.message', 'r.id')
        .select(['reactions.message', 'reactions.emoji', 'reactions.user'])
        .orderBy('reactions.place')
        .orderBy('reactions.seq'),
    ),
    /** The reactions to all messages on both sides of the pivot. */
    page: prepare(PAGE, ({ channel, pivot, older, newer }) => {
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
            where(
              'reactions.message',
              'in',
              near.where('messages.seq', '>', pivot).orderBy('messages.seq').limit(newer),
            ),
          ]),
        )
        .orderBy('reactions.place')
        .orderBy('reactions.seq');
    }),
  };
}

interface Statements {
  readonly reactions: ReactionStatements;
}

export function projectReacted(
  { reactions }: Statements,
  { channel, id, emoji, by, seq }: ReactedEvent,
): SqlStatement[] {
  return [expectRowsAffected(1, reactions.react({ channel, id, emoji, user: by, seq }))];
}

export function projectUnreacted({ reactions }: Statements, { id, emoji, by }: UnreactedEvent): SqlStatement[] {
  return [expectRowsAffected(1, reactions.unreact({ id, emoji, user: by }))];
}
