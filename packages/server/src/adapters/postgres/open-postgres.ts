import { Kysely, sql } from 'kysely';
import { MAX_DATABASE_READERS, MAX_DATABASE_WRITERS } from '#limits.ts';
import type { AccountsTables } from '#ports/accounts-tables.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Random } from '#ports/random.ts';
import type { OpenedDatabase } from '../opened-database.ts';
import { POSTGRES } from '../sql/flavor.ts';
import { keptSecret } from '../sql/kept-secret.ts';
import { migrate } from '../sql/migrate.ts';
import { makeEpoch, renewEpoch } from '../sql/renew-epoch.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import { createSqlUsers } from '../sql/sql-users.ts';
import type { Tables } from '../sql/tables.ts';
import { LOCK_MIGRATION, LOCK_USERS } from './advisory-locks.ts';
import { Connections } from './connections.ts';
import { postgresDialect } from './kysely-dialect.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { openingError } from './postgres-error.ts';
import { checkServer } from './requirements.ts';

export interface PostgresParts {
  /** `postgres://user:password@host:port/database`; the user must be allowed to create tables in it. */
  readonly url: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Opens the database, which any number of nodes may use at once. The first of them makes the tables. Rejects with a
 * sentence for the person who starts the server when it can't be reached, would not keep what it is given, or was written
 * by a newer Parley.
 */
export async function openPostgres({ url, clock, random, logger }: PostgresParts): Promise<OpenedDatabase> {
  const where = withoutSecrets(url);
  await prepare({ url, random, logger }).catch((error: unknown) => {
    throw openingError(error, where);
  });
  const writers = new Connections({ url, max: MAX_DATABASE_WRITERS, logger });
  const readers = new Connections({ url, max: MAX_DATABASE_READERS, logger });
  const db = new PostgresDatabase({ writers, readers });
  logger.info({ database: where }, 'the database is open');
  const store = createSqlStore(db, clock);
  const kysely = db.kysely as unknown as Kysely<AccountsTables>;
  return {
    store,
    users: createSqlUsers(db, { clock, random }),
    kysely,
    type: 'postgres',
    secret: () => keptSecret(db.kysely, random),
    holdUsers: async (transaction) => void (await sql.raw(LOCK_USERS).execute(transaction)),
    // What PostgreSQL does not answer now, it may answer later.
    failed: new Promise(() => undefined),
    renewEpoch: () => renewEpoch(db.kysely, random),
    close: () => store.close(),
  };
}

async function prepare({ url, random, logger }: Omit<PostgresParts, 'clock'>): Promise<void> {
  const connections = new Connections({ url, max: 1, patient: true, logger });
  try {
    await connections.use((connection) => checkServer(connection, logger));
    const kysely = new Kysely<Tables>({ dialect: postgresDialect(connections) });
    await migrate(kysely, POSTGRES, {
      epoch: makeEpoch(random),
      lock: async (transaction) => void (await sql.raw(LOCK_MIGRATION).execute(transaction)),
    });
  } finally {
    await connections.close();
  }
}

/** Host, port and database, for logs and sentences. */
function withoutSecrets(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
