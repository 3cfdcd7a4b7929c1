import pg from 'pg';
import {
  DATABASE_ANSWER_MS,
  DATABASE_CONNECT_MS,
  DATABASE_IDLE_IN_TRANSACTION_MS,
  DATABASE_LOCK_MS,
  DATABASE_STATEMENT_MS,
  MAX_DATABASE_QUEUE,
} from '#limits.ts';
import type { Logger } from '#ports/logger.ts';
import { StoreUnavailable } from '#ports/store.ts';
import type { SqlStatement } from '../sql/statement.ts';
import { StatementFailed } from './postgres-error.ts';

/** How the server knows us, and we each other. */
const APPLICATION_NAME = 'parley';

export interface ConnectionsOptions {
  readonly url: string;
  readonly max: number;
  /** Waits as long as it takes: for migrations, which may be long, and for those of another node. Default false. */
  readonly withoutTimeouts?: boolean;
  readonly logger: Logger;
}

export interface StatementResult {
  readonly rows: readonly unknown[];
  /** Rows found, inserted, updated or deleted. */
  readonly changes: number;
  /** What the server says it did, such as `COMMIT`. */
  readonly command: string;
}

const TIMEOUTS = {
  statement_timeout: DATABASE_STATEMENT_MS,
  lock_timeout: DATABASE_LOCK_MS,
  idle_in_transaction_session_timeout: DATABASE_IDLE_IN_TRANSACTION_MS,
  query_timeout: DATABASE_ANSWER_MS,
};

/** Connections to one database, made when needed. Whatever can't be had in time, or at all, fails. */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #inUse = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  constructor({ url, max, withoutTimeouts = false, logger }: ConnectionsOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
      // One stays, however quiet it is: so who must have the database for itself sees that somebody uses it.
      min: 1,
      max,
      application_name: APPLICATION_NAME,
      connectionTimeoutMillis: DATABASE_CONNECT_MS,
      keepAlive: true,
      types,
      ...(withoutTimeouts ? {} : TIMEOUTS),
    });
    // A connection in use tells by the statement that fails; an idle one is replaced when it is needed.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    this.#pool.on('error', ({ message }) => logger.warn({ reason: message }, 'a connection to the database was lost'));
  }

  /** Gives `task` a connection of its own. Rejects with `StatementFailed` when there is none to be had. */
  async use<T>(task: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.acquire();
    try {
      return await task(connection);
    } finally {
      connection.release();
    }
  }

  /** Whoever takes it must release it. */
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

  /** Lets what was asked before finish. May be called twice. */
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

  /** Rejects with `StatementFailed`, or when the number of rows is not what the step says. */
  async run({ sql, parameters, expectRowsAffected }: SqlStatement): Promise<StatementResult> {
    const name = nameOf(sql, parameters);
    const result = await this.#query({ text: sql, values: [...parameters], ...(name === null ? {} : { name }) });
    if (expectRowsAffected !== undefined && expectRowsAffected !== result.changes) {
      throw new Error(`${result.changes} rows changed instead of ${expectRowsAffected} by: ${sql}`);
    }
    return result;
  }

  /** A statement that is not worth keeping compiled. */
  async runOnce(text: string, values: readonly unknown[] = []): Promise<StatementResult> {
    return this.#query({ text, values: [...values] });
  }

  /** After a failure: the transaction must leave nothing, nor the connection a transaction to whoever comes next. */
  async rollBack(): Promise<void> {
    if (!this.#isLost) await this.runOnce('rollback').catch(() => this.discard());
  }

  /** The connection is closed, not used again. */
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

/** A statement with a name is compiled once per connection. The store has some fifty. */
function nameOf(sql: string, parameters: readonly unknown[]): string | null {
  if (parameters.length === 0) return null;
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = `parley_${names.size + 1}`;
  names.set(sql, name);
  return name;
}
