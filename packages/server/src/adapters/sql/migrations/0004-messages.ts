import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Tables } from '../tables.ts';

/** The log, and what is derived from it: messages, mentions and reactions. */
export async function createMessages(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await createEvents(db, dialect);
  await db.schema
    .createTable('messages')
    .addColumn('id', dialect.text, (column) => column.primaryKey())
    .addColumn('channel', dialect.text, (column) => column.notNull())
    .addColumn('seq', dialect.int, (column) => column.notNull())
    .addColumn('at', dialect.int, (column) => column.notNull())
    .addColumn('by', dialect.text, (column) => column.notNull())
    .addColumn('body', dialect.text)
    .addColumn('edited_at', dialect.int)
    .addColumn('thread', dialect.text)
    .addColumn('mentions', dialect.text)
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  // With `by`, because counting what is unread then reads nothing but this index.
  await db.schema.createIndex('messages_in_order').on('messages').columns(['channel', 'seq', 'by']).execute();
  await db.schema
    .createTable('mentions')
    .addColumn('user', dialect.text, (column) => column.notNull())
    .addColumn('channel', dialect.text, (column) => column.notNull())
    .addColumn('seq', dialect.int, (column) => column.notNull())
    .addPrimaryKeyConstraint('mentions_key', ['user', 'channel', 'seq'])
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema
    .createTable('reactions')
    .addColumn('message', dialect.text, (column) => column.notNull())
    .addColumn('emoji', dialect.text, (column) => column.notNull())
    .addColumn('user', dialect.text, (column) => column.notNull())
    .addColumn('seq', dialect.int, (column) => column.notNull())
    .addPrimaryKeyConstraint('reactions_key', ['message', 'emoji', 'user'])
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
}

async function createEvents(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('channel', dialect.text, (column) => column.notNull().references('channels.id'))
    .addColumn('seq', dialect.int, (column) => column.notNull())
    .addColumn('at', dialect.int, (column) => column.notNull())
    .addColumn('by', dialect.text, (column) => column.notNull())
    .addColumn('type', dialect.text, (column) => column.notNull())
    .addColumn('data', dialect.text, (column) => column.notNull())
    .addColumn('edit_of', dialect.text)
    .addPrimaryKeyConstraint('events_key', ['channel', 'seq'])
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema
    .createIndex('edits_of_message')
    .on('events')
    .column('edit_of')
    .where('edit_of', 'is not', null)
    .execute();
}
