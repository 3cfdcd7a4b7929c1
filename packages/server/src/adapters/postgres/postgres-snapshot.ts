import { Kysely } from 'kysely';
import { withoutSecrets } from '#config/postgres-url.ts';
import type { Logger } from '#ports/logger.ts';
import { POSTGRES } from '../sql/dialect.ts';
import type { Snapshot } from '../sql/snapshot.ts';
import type { SqlStatement } from '../sql/statement.ts';
import { Connections } from './connections.ts';
import { postgresDialect } from './kysely-dialect.ts';
import { openingError, toStoreError } from './postgres-error.ts';

/** All statements see the same snapshot, that of the first, and none can change anything. */
const BEGIN = 'begin isolation level repeatable read, read only';

/**
 * Opens the database read-only, on one connection of its own, also while nodes use it. It does not affect them, except that
 * vacuum keeps the rows changed meanwhile until the snapshot is disposed. Rejects with a sentence when the database cannot
 * be reached. PostgreSQL enforces its references by itself, so there are no findings of its own.
 */
export async function openPostgresSnapshot(url: string, logger: Logger): Promise<Snapshot> {
  const connections = new Connections({ url, max: 1, withoutTimeouts: true, logger });
  const failed = async (error: unknown): Promise<never> => {
    await connections.close();
    throw openingError(error, withoutSecrets(url));
  };
  const connection = await connections.acquire().catch(failed);
  await connection.runOnce(BEGIN).catch(async (error: unknown) => {
    connection.release();
    return failed(error);
  });
  let isOpen = true;
  return {
    dialect: POSTGRES,
    kysely: new Kysely({ dialect: postgresDialect(connections) }),
    async rows<Row>(step: SqlStatement<Row>) {
      const { rows } = await connection.run(step).catch((error: unknown) => {
        throw toStoreError(error);
      });
      return rows as Row[];
    },
    ownFindings: async () => [],
    async [Symbol.asyncDispose]() {
      if (!isOpen) return;
      isOpen = false;
      await connection.rollBack();
      connection.release();
      await connections.close();
    },
  };
}
