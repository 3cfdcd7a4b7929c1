import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqlStatement } from '../sql/statement.ts';
import type { StepResult, WorkerRequest } from './worker-messages.ts';

/** Compiled statements cached per connection. Ours are about fifty; those of the accounts library vary with their lists. */
const MAX_STATEMENTS = 500;

interface Compiled {
  readonly statement: StatementSync;
  readonly hasRows: boolean;
}

/** Runs requests on one connection, one after the other. Throws SQLite's errors; the caller must end its transaction. */
export class StepRunner {
  readonly #db: DatabaseSync;
  readonly #compiled = new Map<string, Compiled>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  run({ inTransaction, steps }: Pick<WorkerRequest, 'inTransaction' | 'steps'>): StepResult[] {
    // SQLite ends a transaction by itself after some errors. The statements after it must not be stored on their own.
    if (inTransaction && !this.#db.isTransaction) throw new Error('the transaction is gone');
    if (!inTransaction && this.#db.isTransaction) throw new Error('a transaction is open');
    return steps.map((step) => this.#runStep(step));
  }

  #runStep({ sql, parameters, each, expectRowsAffected }: SqlStatement): StepResult {
    const { statement, hasRows } = this.#compile(sql);
    if (each !== undefined) {
      for (const row of each) statement.run(...(row as SQLInputValue[]));
      return { rows: [], changes: each.length, lastInsertRowid: 0 };
    }
    if (hasRows) return { rows: statement.all(...(parameters as SQLInputValue[])), changes: 0, lastInsertRowid: 0 };
    const { changes, lastInsertRowid } = statement.run(...(parameters as SQLInputValue[]));
    if (expectRowsAffected !== undefined && expectRowsAffected !== changes) {
      throw new Error(`${Number(changes)} rows changed instead of ${expectRowsAffected} by: ${sql}`);
    }
    return { rows: [], changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
  }

  #compile(sql: string): Compiled {
    const known = this.#compiled.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    const fresh = { statement, hasRows: statement.columns().length > 0 };
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size >= MAX_STATEMENTS && oldest !== undefined) this.#compiled.delete(oldest);
    this.#compiled.set(sql, fresh);
    return fresh;
  }
}
