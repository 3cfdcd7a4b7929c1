import { sql, type Kysely } from 'kysely';
import type { AccountsTables } from '#ports/accounts-tables.ts';

const TABLES = ['reactions', 'mentions', 'messages', 'events', 'members', 'channels', 'users'];

/** For tests that share a database: removes the rows of the previous test. */
export async function emptyTables(kysely: Kysely<AccountsTables>): Promise<void> {
  await kysely.transaction().execute(async (transaction) => {
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(transaction);
  });
}
