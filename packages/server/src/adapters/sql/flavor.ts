import type { StoredBoolean } from '#ports/accounts-tables.ts';

/** Where the databases differ. Everything else in this folder is the same for each of them. */
export interface Flavor {
  /** The function that turns a JSON array into rows with a column `value`. */
  readonly eachRow: 'json_each' | 'json_array_elements';
  /** The function that makes text comparable whatever its case. */
  readonly fold: 'fold' | 'lower';
  /** The database's own time, in milliseconds since the epoch, and as the accounts library stores a date. */
  readonly nowMs: string;
  readonly nowDate: string;
  /** Column types: 64-bit integers, what the accounts library calls a date and a boolean. */
  readonly int: 'integer' | 'bigint';
  readonly date: 'text' | 'timestamptz';
  readonly boolean: 'integer' | 'boolean';
  /** What follows the columns of a table. */
  readonly tableEnd: 'strict' | '';
  /** As the database takes a boolean, and as SQL spells "false". */
  storedBoolean(value: boolean): StoredBoolean;
  readonly false: '0' | 'false';
}

export const SQLITE: Flavor = {
  eachRow: 'json_each',
  // Registered on every connection: SQLite's own `lower` knows ASCII only.
  fold: 'fold',
  nowMs: "cast(unixepoch('subsec') * 1000 as integer)",
  nowDate: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
  int: 'integer',
  date: 'text',
  boolean: 'integer',
  tableEnd: 'strict',
  storedBoolean: Number,
  false: '0',
};
