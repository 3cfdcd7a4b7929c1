import { Kysely } from 'kysely';
import { MAX_TRANSACTION_RETRIES } from '#limits.ts';
import { POSTGRES } from '../sql/dialect.ts';
import type { AdvisoryLock, LoadedRows, SqlDatabase, Steps, WriteBatch } from '../sql/sql-database.ts';
import type { SqlStatement } from '../sql/statement.ts';
import type { Tables } from '../sql/tables.ts';
import { LOCK_USERS } from './advisory-locks.ts';
import type { Connection, Connections } from './connections.ts';
import { postgresDialect } from './kysely-dialect.ts';
import { toStoreError, StatementFailed } from './postgres-error.ts';

export interface PostgresPools {
  /** Only for the store's writes, so that nothing else can keep them waiting for a connection. */
  readonly writers: Connections;
  readonly readers: Connections;
}

/** Each statement sees what was committed before it, so a statement after a lock sees what the lock waited for. */
const BEGIN_WRITE = 'begin isolation level read committed';
/** All statements see the same snapshot, that of the first. */
const BEGIN_READ = 'begin isolation level repeatable read, read only';
const LOCKS: Readonly<Record<AdvisoryLock, string>> = { users: LOCK_USERS };

/** PostgreSQL, shared with other nodes. */
export class PostgresDatabase implements SqlDatabase {
  readonly dialect = POSTGRES;
  readonly kysely: Kysely<Tables>;
  readonly #pools: PostgresPools;

  constructor(pools: PostgresPools) {
    this.#pools = pools;
    this.kysely = new Kysely({ dialect: postgresDialect(pools.readers) });
  }

  /** Retried once when the connection was dead: the others of the pool may have died with it and are replaced. */
  async read<R extends readonly unknown[] | []>(steps: Steps<R>): Promise<LoadedRows<R>> {
    const reads = steps as readonly SqlStatement[];
    const attempt = (): Promise<LoadedRows<R>> =>
      this.#pools.readers.use(async (connection) => (await readAll(connection, reads)) as LoadedRows<R>);
    return repeating(attempt, (error, attempts) => error.isStale && attempts === 1);
  }

  async write<R extends readonly unknown[] | [], T>(
    load: Steps<R>,
    decide: (loaded: LoadedRows<R>) => WriteBatch<T>,
    lock?: AdvisoryLock,
  ): Promise<T> {
    let isCommitting = false;
    const attempt = (): Promise<T> =>
      this.#pools.writers.use(async (connection) => {
        isCommitting = false;
        try {
          await connection.runOnce(BEGIN_WRITE);
          if (lock !== undefined) await connection.runOnce(LOCKS[lock]);
          const loaded = await rowsOf(connection, load as readonly SqlStatement[]);
          const { result, steps } = decide(loaded as LoadedRows<R>);
          for (const step of steps) await connection.run(step);
          isCommitting = true;
          await commit(connection);
          return result;
        } catch (error) {
          await connection.rollBack();
          throw error;
        }
      });
    // A commit without a response may have been stored. Only the caller can find out.
    return repeating(attempt, (error, attempts) =>
      error.isRace ? attempts <= MAX_TRANSACTION_RETRIES : error.isStale && !isCommitting && attempts === 1,
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.#pools.writers.close(), this.#pools.readers.close()]);
  }
}

async function repeating<T>(
  attempt: () => Promise<T>,
  mayRepeat: (error: StatementFailed, attempts: number) => boolean,
): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StatementFailed && mayRepeat(error, attempts))) throw toStoreError(error);
    }
  }
}

async function readAll(connection: Connection, steps: readonly SqlStatement[]): Promise<unknown[][]> {
  if (steps.length < 2) return rowsOf(connection, steps);
  try {
    await connection.runOnce(BEGIN_READ);
    const rows = await rowsOf(connection, steps);
    await commit(connection);
    return rows;
  } catch (error) {
    await connection.rollBack();
    throw error;
  }
}

async function rowsOf(connection: Connection, steps: readonly SqlStatement[]): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for (const step of steps) rows.push(step.isIdle === true ? [] : [...(await connection.run(step)).rows]);
  return rows;
}

/** For a failed transaction the server responds to `commit` with `ROLLBACK`, and reports that as a success. */
async function commit(connection: Connection): Promise<void> {
  const { command } = await connection.runOnce('commit');
  if (command !== 'COMMIT') throw new Error(`the transaction was not committed: ${command}`);
}
