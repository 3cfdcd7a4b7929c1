import type { Kysely } from 'kysely';
import type { CopySide } from '../sql/copy-database.ts';
import { SQLITE } from '../sql/dialect.ts';
import type { Tables } from '../sql/tables.ts';
import { openSqlite, type SqliteDeps } from './open-sqlite.ts';

/**
 * Runs one transaction on the database of a folder, which no server may use meanwhile. Creates the database when there is
 * none. Rejects, having changed nothing else, when `task` does.
 */
export async function withExclusiveSqlite<T>(
  deps: Omit<SqliteDeps, 'clock'>,
  task: (side: CopySide) => Promise<T>,
): Promise<T> {
  const database = await openSqlite({ ...deps, clock: { now: Date.now } });
  try {
    const kysely = database.kysely as unknown as Kysely<Tables>;
    return await kysely.transaction().execute((transaction) => task({ kysely: transaction, dialect: SQLITE }));
  } finally {
    await database.close();
  }
}
