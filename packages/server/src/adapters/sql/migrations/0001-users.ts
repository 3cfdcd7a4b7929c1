import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Tables } from '../tables.ts';

/** Users: people with an account, and subjects of JWTs. */
export async function createUsers(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  const no = sql.raw(dialect.false);
  await db.schema
    .createTable('users')
    .addColumn('id', dialect.text, (column) => column.primaryKey())
    .addColumn('name', dialect.text, (column) => column.notNull())
    .addColumn('handle', dialect.text, (column) => column.notNull().unique())
    .addColumn('role', dialect.text, (column) => column.notNull().check(sql`role in ('owner', 'admin', 'member')`))
    .addColumn('suspended', dialect.boolean, (column) => column.notNull().defaultTo(no))
    .addColumn('subject', dialect.text, (column) => column.unique())
    .addColumn('email', dialect.text, (column) => column.unique())
    .addColumn('email_verified', dialect.boolean, (column) => column.notNull().defaultTo(no))
    .addColumn('image', dialect.text)
    .addColumn('created_at', dialect.date, (column) => column.notNull())
    .addColumn('updated_at', dialect.date, (column) => column.notNull())
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema
    .createIndex('one_owner')
    .unique()
    .on('users')
    .column('role')
    .where('role', '=', sql.lit('owner'))
    .execute();
}
