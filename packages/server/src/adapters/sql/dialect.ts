import { sql, type RawBuilder } from 'kysely';
import type { StoredBoolean } from '#ports/accounts-tables.ts';

/** Where the databases differ. Everything else in this folder is the same for each of them. */
export interface Dialect {
  /**
   * How many rows are inserted at once: `'together'` as one JSON array, for a database that every statement is a journey to;
   * `'each'` by a statement for each, for one in this process, which takes a row's values in half the time that way.
   */
  readonly inserts: 'together' | 'each';
  /** The function that turns a JSON array into rows with a column `value`. */
  readonly eachRow: 'json_each' | 'json_array_elements';
  /** Makes text comparable whatever its case, and sorted by code points. */
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
  /** Others write at the same time: what a transaction decides on has to be locked in it. */
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
  // The rules of Unicode whatever the database's own locale: `C` knows ASCII only.
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
