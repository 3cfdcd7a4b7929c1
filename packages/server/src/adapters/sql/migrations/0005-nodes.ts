import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Tables } from '../tables.ts';

/** What nodes share: the tickets that each issued, and an index to find the profiles that changed on another. */
export async function createTickets(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('tickets')
    .addColumn('ticket_hash', dialect.text, (column) => column.primaryKey())
    .addColumn('user_id', dialect.text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('session_id', dialect.text)
    .addColumn('proof_expires_at', dialect.int, (column) => column.notNull())
    .addColumn('expires_at', dialect.int, (column) => column.notNull())
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema.createIndex('tickets_by_expiry').on('tickets').column('expires_at').execute();
  await db.schema.createIndex('users_by_change').on('users').column('updated_at').execute();
}
