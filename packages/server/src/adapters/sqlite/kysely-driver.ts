import {
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { SqlValue } from '../sql/statement.ts';
import type { SqliteThread } from './sqlite-thread.ts';
import type { WriteMutex } from './write-mutex.ts';

export interface SqliteThreads {
  readonly writer: SqliteThread;
  readonly reader: SqliteThread;
  readonly writeMutex: WriteMutex;
}

/** Kysely over the threads. */
export function sqliteDialect(threads: SqliteThreads): Dialect {
  return {
    createAdapter: () => new FreeAdapter(),
    createDriver: () => new ThreadDriver(threads),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Kysely would run only one query at a time, reads included. Only writes need that, and the mutex does it. */
class FreeAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class ThreadDriver implements Driver {
  readonly #threads: SqliteThreads;

  constructor(threads: SqliteThreads) {
    this.#threads = threads;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ThreadConnection> {
    return new ThreadConnection(this.#threads);
  }

  beginTransaction(connection: ThreadConnection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: ThreadConnection): Promise<void> {
    return connection.end('commit');
  }

  rollbackTransaction(connection: ThreadConnection): Promise<void> {
    return connection.end('rollback');
  }

  async releaseConnection(): Promise<void> {}

  /** The opener closes the threads. */
  async destroy(): Promise<void> {}
}

/** A read outside a transaction goes to the reader immediately; everything else waits for the write mutex. */
class ThreadConnection implements DatabaseConnection {
  readonly #threads: SqliteThreads;
  /** Releases the write mutex of the open transaction; null outside one. */
  #releaseMutex: (() => void) | null = null;

  constructor(threads: SqliteThreads) {
    this.#threads = threads;
  }

  async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
    const step = { sql, parameters: parameters as readonly SqlValue[] };
    const [result] = await this.#run(step, SelectQueryNode.is(query));
    if (result === undefined) throw new Error('a step without a result');
    const { rows, changes, lastInsertRowid } = result;
    return { rows: rows as R[], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }

  async begin(): Promise<void> {
    const release = await this.#threads.writeMutex.acquire();
    try {
      await this.#threads.writer.run([{ sql: 'begin immediate', parameters: [] }], { inTransaction: false });
      this.#releaseMutex = release;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** After a failed `commit`, Kysely calls `rollback`: the mutex is held until then. */
  async end(how: 'commit' | 'rollback'): Promise<void> {
    try {
      await this.#threads.writer.run([{ sql: how, parameters: [] }], { inTransaction: true });
    } catch (error) {
      if (how === 'commit') throw error;
      // SQLite has rolled back by itself.
    }
    this.#releaseMutex?.();
    this.#releaseMutex = null;
  }

  async #run(step: { sql: string; parameters: readonly SqlValue[] }, isRead: boolean) {
    const { writer, reader, writeMutex } = this.#threads;
    if (this.#releaseMutex !== null) return writer.run([step], { inTransaction: true });
    if (isRead) return reader.run([step], { inTransaction: false });
    const release = await writeMutex.acquire();
    try {
      return await writer.run([step], { inTransaction: false });
    } finally {
      release();
    }
  }
}
