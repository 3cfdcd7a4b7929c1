import { PostgresDialect, type Dialect, type PostgresPoolClient, type PostgresQueryResult } from 'kysely';
import type { Connection, Connections } from './connections.ts';
import { toStoreError } from './postgres-error.ts';

/** Kysely over our connections, with their errors: `StoreUnavailable` when the environment is at fault. */
export function postgresDialect(connections: Connections): Dialect {
  return new PostgresDialect({
    pool: {
      options: {},
      connect: async () => client(await connections.acquire().catch(rethrow)),
      // The opener closes the connections.
      end: async () => undefined,
    },
  });
}

function client(connection: Connection): PostgresPoolClient {
  async function query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const { rows, changes, command } = await connection.runOnce(sql, parameters).catch(rethrow);
    return { rows: rows as R[], rowCount: changes, command: command as PostgresQueryResult<R>['command'] };
  }
  return {
    query: query as PostgresPoolClient['query'],
    release(destroy = false) {
      if (destroy) connection.discard();
      connection.release();
    },
  };
}

function rethrow(error: unknown): never {
  throw toStoreError(error);
}
