import { Kysely } from 'kysely';
import { SQLITE } from '../sql/dialect.ts';
import type { LoadedRows, SqlDatabase, Steps, WriteBatch } from '../sql/sql-database.ts';
import type { SqlStatement } from '../sql/statement.ts';
import type { Tables } from '../sql/tables.ts';
import { sqliteDialect, type SqliteThreads } from './kysely-driver.ts';
import type { StepResult } from './worker-messages.ts';

const BEGIN_WRITE: SqlStatement = { sql: 'begin immediate', parameters: [] };
const BEGIN_READ: SqlStatement = { sql: 'begin', parameters: [] };
const COMMIT: SqlStatement = { sql: 'commit', parameters: [] };
const ROLLBACK: SqlStatement = { sql: 'rollback', parameters: [] };

/** One connection writes, one transaction at a time; another reads, and never waits for it. */
export class SqliteDatabase implements SqlDatabase {
  readonly dialect = SQLITE;
  readonly kysely: Kysely<Tables>;
  /** Resolves with the reason when a thread ends by itself: requests in flight are indeterminate, and further ones fail. */
  readonly failed: Promise<string>;
  readonly #threads: SqliteThreads;

  constructor(threads: SqliteThreads) {
    this.#threads = threads;
    this.failed = Promise.race([threads.writer.failed, threads.reader.failed]);
    this.kysely = new Kysely({ dialect: sqliteDialect(threads) });
  }

  async read<R extends readonly unknown[] | []>(steps: Steps<R>): Promise<LoadedRows<R>> {
    const reads = steps as readonly SqlStatement[];
    const { reader } = this.#threads;
    if (reads.length === 1) return rowsOf<R>(await reader.run(reads, { inTransaction: false }));
    // Snapshot isolation makes these steps consistent. The thread runs them as one request, so no transaction stays open.
    const results = await reader.run([BEGIN_READ, ...reads, COMMIT], { inTransaction: false });
    return rowsOf<R>(results.slice(1, -1));
  }

  async write<R extends readonly unknown[] | [], T>(
    load: Steps<R>,
    decide: (loaded: LoadedRows<R>) => WriteBatch<T>,
  ): Promise<T> {
    const release = await this.#threads.writeMutex.acquire();
    try {
      return await this.#transaction(load, decide);
    } finally {
      release();
    }
  }

  /** Closes the writer last: only it can copy the write-ahead log into the database, and the last connection does that. */
  async close(): Promise<void> {
    const { writeMutex, writer, reader } = this.#threads;
    const release = await writeMutex.acquire();
    await reader.close();
    await writer.close();
    release();
  }

  async #transaction<R extends readonly unknown[] | [], T>(
    load: Steps<R>,
    decide: (loaded: LoadedRows<R>) => WriteBatch<T>,
  ): Promise<T> {
    const { writer } = this.#threads;
    try {
      const loaded = await writer.run([BEGIN_WRITE, ...(load as readonly SqlStatement[])], { inTransaction: false });
      const { result, steps } = decide(rowsOf<R>(loaded.slice(1)));
      await writer.run([...steps, COMMIT], { inTransaction: true });
      return result;
    } catch (error) {
      // Fails when no transaction is open, because it never began or SQLite has rolled back by itself.
      await writer.run([ROLLBACK], { inTransaction: true }).catch(() => undefined);
      throw error;
    }
  }
}

function rowsOf<R extends readonly unknown[]>(results: readonly StepResult[]): LoadedRows<R> {
  return results.map(({ rows }) => rows) as unknown as LoadedRows<R>;
}
