import type { Kysely } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Tables } from '../tables.ts';

/** An emoji keeps its position when its first user removes the reaction, as everyone who was online saw it. */
export async function addEmojiOrder(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .alterTable('reactions')
    .addColumn('place', dialect.int, (column) => column.notNull().defaultTo(0))
    .execute();
  await db
    .updateTable('reactions')
    .set({
      place: (query) =>
        query
          .selectFrom('reactions as same')
          .select((same) => same.fn.min('same.seq').as('place'))
          .whereRef('same.message', '=', 'reactions.message')
          .whereRef('same.emoji', '=', 'reactions.emoji'),
    })
    .execute();
}
