import { Kysely, sql } from 'kysely';
import { withoutSecrets } from '#config/postgres-url.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Random } from '#ports/random.ts';
import { POSTGRES } from '../sql/dialect.ts';
import { migrate } from '../sql/migrate.ts';
import { makeEpoch } from '../sql/renew-epoch.ts';
import type { Tables } from '../sql/tables.ts';
import { LOCK_MIGRATION } from './advisory-locks.ts';
import { Connections } from './connections.ts';
import { postgresDialect } from './kysely-dialect.ts';
import { openingError } from './postgres-error.ts';
import { checkServer } from './requirements.ts';

export interface PostgresDeps {
  /** `postgres://user:password@host:port/database`; the user must be allowed to create tables in it. */
  readonly url: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Checks that the database keeps data safely, and migrates its tables to the version this code knows. Rejects with a
 * sentence for the person who starts the server.
 */
export async function preparePostgres({ url, random, logger }: Omit<PostgresDeps, 'clock'>): Promise<void> {
  const connections = new Connections({ url, max: 1, withoutTimeouts: true, logger });
  try {
    await connections.use((connection) => checkServer(connection, logger));
    const kysely = new Kysely<Tables>({ dialect: postgresDialect(connections) });
    await migrate(kysely, POSTGRES, {
      epoch: makeEpoch(random),
      lock: async (transaction) => void (await sql.raw(LOCK_MIGRATION).execute(transaction)),
    });
  } catch (error) {
    throw openingError(error, withoutSecrets(url));
  } finally {
    await connections.close();
  }
}
