import { Kysely, sql } from 'kysely';
import type { CopySide } from '../sql/copy-database.ts';
import { POSTGRES } from '../sql/dialect.ts';
import type { Tables } from '../sql/tables.ts';
import { LOCK_MIGRATION } from './advisory-locks.ts';
import { Connections } from './connections.ts';
import { postgresDialect } from './kysely-dialect.ts';
import { preparePostgres, type PostgresDeps } from './prepare-postgres.ts';

const POLLS = 10;
const POLL_S = 0.1;
/** The number of connections of nodes, without this one. */
const COUNT_NODES = `select count(*) as count from pg_stat_activity
  where datname = current_database() and application_name = 'parley' and pid <> pg_backend_pid()`;

/**
 * Runs one transaction that has the database for itself, however long it takes: a node that starts waits for its end.
 * Creates the tables when there are none. Rejects, having changed nothing else, when `task` does, or when a node runs.
 */
export async function withExclusivePostgres<T>(
  deps: Omit<PostgresDeps, 'clock'>,
  task: (side: CopySide) => Promise<T>,
): Promise<T> {
  await preparePostgres(deps);
  const connections = new Connections({ url: deps.url, max: 1, withoutTimeouts: true, logger: deps.logger });
  try {
    const kysely = new Kysely<Tables>({ dialect: postgresDialect(connections) });
    return await kysely
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (transaction) => {
        await sql.raw(LOCK_MIGRATION).execute(transaction);
        if (await hasNodes(transaction)) {
          throw new Error('A server uses the PostgreSQL database: stop every node first.');
        }
        return task({ kysely: transaction, dialect: POSTGRES });
      });
  } finally {
    await connections.close();
  }
}

/** A connection that was just closed, by a stopped node or by us, stays visible for a moment. */
async function hasNodes(transaction: Kysely<Tables>): Promise<boolean> {
  for (let look = 0; look < POLLS; look += 1) {
    const { rows } = await sql.raw<{ count: number }>(COUNT_NODES).execute(transaction);
    if (rows[0]?.count === 0) return false;
    await sql`select pg_sleep(${POLL_S}), pg_stat_clear_snapshot()`.execute(transaction);
  }
  return true;
}
