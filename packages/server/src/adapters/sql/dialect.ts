import { sql, type RawBuilder } from 'kysely';
import type { StoredBoolean } from '#ports/accounts-tables.ts';

/** The differences between the databases. Everything else in this folder is the same for both. */
export interface Dialect {
  /**
   * How rows are inserted: `'together'` sends all rows as one JSON array, for a database where each statement is a round
   * trip; `'each'` runs a statement for each row, which takes half the time in a database in this process.
   */
  readonly inserts: 'together' | 'each';
  /** The function that turns a JSON array into rows with a column `value`. */
  readonly eachRow: 'json_each' | 'json_array_elements';
  /** Makes text comparable regardless of case, and sorted by code points. */
  fold(text: RawBuilder<string>): RawBuilder<string>;
  /** Column types: text sorted by code points, 64-bit integers, what the accounts library calls a date and a boolean. */
  readonly text: RawBuilder<unknown>;
  /** The database's own time, in milliseconds since the epoch, and as the accounts library stores a date. */
  readonly nowMs: string;
  readonly nowDate: string;
  readonly int: 'integer' | 'bigint';
  readonly date: RawBuilder<unknown>;
  readonly boolean: 'integer' | 'boolean';
  /** What follows the columns of a table. */
  readonly tableEnd: 'strict' | '';
  /** As the database takes a boolean, and as SQL spells "false". */
  storedBoolean(value: boolean): StoredBoolean;
  readonly false: '0' | 'false';
  /** Other nodes write at the same time, so a transaction must lock the rows that it decides on. */
  readonly hasManyWriters: boolean;
}

export const SQLITE: Dialect = {
  inserts: 'each',
  eachRow: 'json_each',
  // Registered on every connection: SQLite's own `lower` knows ASCII only.
  fold: (text) => sql`fold(${text})`,
  text: sql`text`,
  nowMs: "cast(unixepoch('subsec') * 1000 as integer)",
  nowDate: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
  int: 'integer',
  date: sql`text`,
  boolean: 'integer',
  tableEnd: 'strict',
  storedBoolean: Number,
  false: '0',
  hasManyWriters: false,
};

export const POSTGRES: Dialect = {
  inserts: 'together',
  eachRow: 'json_array_elements',
  // The rules of Unicode regardless of the database's locale: `C` knows ASCII only.
  fold: (text) => sql`(lower(${text} collate "und-x-icu") collate "C")`,
  // In UTF-8 the order of bytes is that of code points, which is SQLite's.
  text: sql`text collate "C"`,
  nowMs: 'cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)',
  nowDate: 'clock_timestamp()',
  int: 'bigint',
  date: sql`timestamptz`,
  boolean: 'boolean',
  tableEnd: '',
  storedBoolean: (value) => value,
  false: 'false',
  hasManyWriters: true,
};
