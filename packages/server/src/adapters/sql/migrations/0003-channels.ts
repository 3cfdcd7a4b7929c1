import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Tables } from '../tables.ts';

/** Channels and their members. */
export async function createChannels(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('channels')
    .addColumn('id', dialect.text, (column) => column.primaryKey())
    .addColumn('kind', dialect.text, (column) => column.notNull().check(sql`kind in ('public', 'private', 'dm')`))
    .addColumn('name', dialect.text, (column) => column.notNull())
    .addColumn('name_key', dialect.text, (column) => column.notNull())
    .addColumn('topic', dialect.text, (column) => column.notNull())
    .addColumn('created_by', dialect.text, (column) => column.references('users.id'))
    .addColumn('created_at', dialect.int, (column) => column.notNull())
    .addColumn('last_seq', dialect.int, (column) => column.notNull())
    .addColumn('member_count', dialect.int, (column) => column.notNull())
    .addColumn('dm_members', dialect.text)
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema
    .createIndex('public_channel_names')
    .unique()
    .on('channels')
    .column('name_key')
    .where(sql.ref('kind'), '=', sql.lit('public'))
    .execute();
  await db.schema
    .createTable('members')
    .addColumn('channel', dialect.text, (column) => column.notNull().references('channels.id'))
    .addColumn('user', dialect.text, (column) => column.notNull().references('users.id'))
    .addColumn('read_seq', dialect.int, (column) => column.notNull())
    .addColumn('joined_seq', dialect.int, (column) => column.notNull())
    .addPrimaryKeyConstraint('members_key', ['channel', 'user'])
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema.createIndex('channels_of_user').on('members').columns(['user', 'channel']).execute();
}
