import pg from 'pg';
import {
  DATABASE_REPLY_TIMEOUT_MS,
  DATABASE_CONNECT_TIMEOUT_MS,
  DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS,
  DATABASE_LOCK_TIMEOUT_MS,
  DATABASE_STATEMENT_TIMEOUT_MS,
  MAX_DATABASE_QUEUE,
} from '#limits.ts';
import type { Logger } from '#ports/logger.ts';
import { StoreUnavailable } from '#ports/store.ts';
import type { SqlStatement } from '../sql/statement.ts';
import { StatementFailed } from './postgres-error.ts';

/** Identifies our connections to the server, and to other nodes. */
const APPLICATION_NAME = 'parley';

export interface ConnectionsOptions {
  readonly url: string;
  readonly max: number;
  /** For migrations, which may take long, also those of another node. Default false. */
  readonly withoutTimeouts?: boolean;
  readonly logger: Logger;
}

export interface StatementResult {
  readonly rows: readonly unknown[];
  /** The number of rows found, inserted, updated or deleted. */
  readonly changes: number;
  /** What the server did, such as `COMMIT`. */
  readonly command: string;
}

const TIMEOUTS = {
  statement_timeout: DATABASE_STATEMENT_TIMEOUT_MS,
  lock_timeout: DATABASE_LOCK_TIMEOUT_MS,
  idle_in_transaction_session_timeout: DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS,
  query_timeout: DATABASE_REPLY_TIMEOUT_MS,
};

/** A pool of connections to one database. A connection that is not available in time is an error. */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #inUse = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  constructor({ url, max, withoutTimeouts = false, logger }: ConnectionsOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
      // One connection always stays open: a command that needs the database for itself can see that a node uses it.
      min: 1,
      max,
      application_name: APPLICATION_NAME,
      connectionTimeoutMillis: DATABASE_CONNECT_TIMEOUT_MS,
      keepAlive: true,
      types,
      ...(withoutTimeouts ? {} : TIMEOUTS),
    });
    // A connection in use reports an error by its failing statement; an idle one is replaced when it is needed.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    this.#pool.on('error', ({ message }) => logger.warn({ reason: message }, 'a connection to the database was lost'));
  }

  /** Gives `task` a connection of its own. Rejects with `StatementFailed` when none is available. */
  async use<T>(task: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.acquire();
    try {
      return await task(connection);
    } finally {
      connection.release();
    }
  }

  /** The caller must release it. */
  async acquire(): Promise<Connection> {
    if (this.#closing !== null) throw new StoreUnavailable('the store is closed');
    if (this.#inUse.size >= MAX_DATABASE_QUEUE) throw new StoreUnavailable('the database is overloaded');
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#inUse.add(ended);
    const release = (): void => {
      this.#inUse.delete(ended);
      end();
    };
    try {
      return new Connection(await this.#pool.connect(), release);
    } catch (error) {
      release();
      throw new StatementFailed(error, 'connecting');
    }
  }

  /** Waits for the calls in flight. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#inUse).then(() => this.#pool.end());
    return this.#closing;
  }
}

/** One connection, for one user at a time. */
export class Connection {
  readonly #client: pg.PoolClient;
  readonly #released: () => void;
  #isLost = false;

  constructor(client: pg.PoolClient, released: () => void) {
    this.#client = client;
    this.#released = released;
  }

  /** Rejects with `StatementFailed`, or when the number of changed rows is not the expected one. */
  async run({ sql, parameters, expectRowsAffected }: SqlStatement): Promise<StatementResult> {
    const name = nameOf(sql, parameters);
    const result = await this.#query({ text: sql, values: [...parameters], ...(name === null ? {} : { name }) });
    if (expectRowsAffected !== undefined && expectRowsAffected !== result.changes) {
      throw new Error(`${result.changes} rows changed instead of ${expectRowsAffected} by: ${sql}`);
    }
    return result;
  }

  /** Runs a statement without keeping it prepared. */
  async runOnce(text: string, values: readonly unknown[] = []): Promise<StatementResult> {
    return this.#query({ text, values: [...values] });
  }

  /** After a failure: discards the transaction, so that the next user of the connection does not inherit it. */
  async rollBack(): Promise<void> {
    if (!this.#isLost) await this.runOnce('rollback').catch(() => this.discard());
  }

  /** Closes the connection on release, instead of reusing it. */
  discard(): void {
    this.#isLost = true;
  }

  release(): void {
    this.#client.release(this.#isLost);
    this.#released();
  }

  async #query(query: pg.QueryConfig<unknown[]>): Promise<StatementResult> {
    try {
      const { rows, rowCount, command } = await this.#client.query<Record<string, unknown>>(query);
      return { rows, changes: rowCount ?? 0, command };
    } catch (error) {
      const failed = new StatementFailed(error, 'statement');
      if (failed.isLost) this.#isLost = true;
      throw failed;
    }
  }
}

/** Our integers (seqs, counts, milliseconds) are far below 2^53. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

const names = new Map<string, string>();

/** A statement with a name is prepared once per connection. The store has about fifty. */
function nameOf(sql: string, parameters: readonly unknown[]): string | null {
  if (parameters.length === 0) return null;
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = `parley_${names.size + 1}`;
  names.set(sql, name);
  return name;
}
