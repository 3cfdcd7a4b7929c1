import { sql, type Kysely } from 'kysely';
import { withoutSecrets } from '#config/postgres-url.ts';
import { MAX_DATABASE_READERS, MAX_DATABASE_WRITERS } from '#limits.ts';
import type { AccountsTables } from '#ports/accounts-tables.ts';
import type { OpenedDatabase } from '../opened-database.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import { storedSecret } from '../sql/stored-secret.ts';
import { createSqlUsers } from '../sql/users.ts';
import { LOCK_USERS } from './advisory-locks.ts';
import { Connections } from './connections.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { preparePostgres, type PostgresDeps } from './prepare-postgres.ts';

/**
 * Opens the database, which any number of nodes may use at once. The first of them creates the tables. Rejects with a
 * sentence for the person who starts the server when it cannot be reached, would lose data, or was written by a newer
 * Parley.
 */
export async function openPostgres({ url, clock, random, logger }: PostgresDeps): Promise<OpenedDatabase> {
  await preparePostgres({ url, random, logger });
  const writers = new Connections({ url, max: MAX_DATABASE_WRITERS, logger });
  const readers = new Connections({ url, max: MAX_DATABASE_READERS, logger });
  const db = new PostgresDatabase({ writers, readers });
  logger.info({ database: withoutSecrets(url) }, 'the database is open');
  const store = createSqlStore(db, clock);
  const kysely = db.kysely as unknown as Kysely<AccountsTables>;
  return {
    store,
    users: createSqlUsers(db, { clock, random }),
    kysely,
    type: 'postgres',
    secret: () => storedSecret(db.kysely, random),
    lockUsers: async (transaction) => void (await sql.raw(LOCK_USERS).execute(transaction)),
    // Never: PostgreSQL may become available again.
    failed: new Promise(() => undefined),
    close: () => store.close(),
  };
}
