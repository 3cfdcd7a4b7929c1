import { createDatabase } from '@parley/testkit/postgres-server';
import { inject } from 'vitest';
import type { OpenedDatabase } from '#adapters/opened-database.ts';
import { openPostgres } from '#adapters/postgres/open-postgres.ts';
import { openSqlite, type SqliteDeps } from '#adapters/sqlite/open-sqlite.ts';

/** An empty database: on PostgreSQL in a test project that has one, on SQLite in the folder otherwise. */
export async function openTestDatabase(deps: SqliteDeps): Promise<OpenedDatabase> {
  const server = inject('postgresUrl') as string | undefined;
  return server === undefined ? openSqlite(deps) : openPostgres({ ...deps, url: await createDatabase(server) });
}
