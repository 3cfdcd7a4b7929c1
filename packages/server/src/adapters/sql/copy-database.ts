import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { Tables } from './tables.ts';

/** A database in a transaction, while nothing else writes to it. */
export interface CopySide {
  readonly kysely: Kysely<Tables>;
  readonly dialect: Dialect;
}

export interface CopiedTable {
  readonly name: string;
  readonly rows: number;
  /** SHA-256 of all rows in the order of their keys, the same for both kinds of database. */
  readonly hash: string;
}

/** Every table but `meta`, with its primary key. A table comes after the tables that it refers to. */
const KEYS: Readonly<Record<Exclude<keyof Tables, 'meta'>, readonly string[]>> = {
  users: ['id'],
  sessions: ['id'],
  credentials: ['id'],
  verifications: ['id'],
  invites: ['id'],
  tickets: ['ticket_hash'],
  channels: ['id'],
  members: ['channel', 'user'],
  events: ['channel', 'seq'],
  messages: ['id'],
  mentions: ['user', 'channel', 'seq'],
  reactions: ['message', 'emoji', 'user'],
};
type TableName = keyof typeof KEYS;
const NAMES = Object.keys(KEYS) as TableName[];

/** Rows read and written at a time: a few thousand parameters. */
const PAGE_ROWS = 500;
const BOOLEANS: ReadonlySet<string> = new Set(['suspended', 'email_verified']);

/** A row in a form that both databases share: times as ISO 8601 text, booleans as 0 and 1. */
type Row = Readonly<Record<string, string | number | null>>;

/** Throws when the database has any row. */
export async function requireEmpty({ kysely }: CopySide): Promise<void> {
  for (const name of NAMES) {
    const found = await sql`select 1 from ${sql.table(name)} limit 1`.execute(kysely);
    if (found.rows.length > 0) throw new Error(`It is not empty: there are ${name} in it.`);
  }
}

/** Throws when the database has a table that would not be copied. */
export async function requireKnownTables({ kysely }: CopySide): Promise<void> {
  for (const { name } of await kysely.introspection.getTables()) {
    if (name !== 'meta' && !Object.hasOwn(KEYS, name)) {
      throw new Error(`It has a table ${name} that Parley does not know.`);
    }
  }
}

/**
 * Copies all rows and the epoch to an empty database. Then reads the copy back, and throws when a table differs from the
 * original in any row.
 */
export async function copyDatabase(from: CopySide, to: CopySide): Promise<CopiedTable[]> {
  const copied: CopiedTable[] = [];
  for (const name of NAMES) {
    const read = await digest(from, name, (rows) => insert(to, name, rows));
    const written = await digest(to, name);
    if (read.rows !== written.rows || read.hash !== written.hash) {
      throw new Error(`The copy of ${name} is not what it should be: ${written.rows} rows of ${read.rows}.`);
    }
    copied.push(read);
  }
  const { epoch } = await from.kysely.selectFrom('meta').select('epoch').executeTakeFirstOrThrow();
  await to.kysely.updateTable('meta').set({ epoch }).execute();
  return copied;
}

async function digest(
  side: CopySide,
  name: TableName,
  each: (rows: readonly Row[]) => Promise<void> = async () => undefined,
): Promise<CopiedTable> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const rows of pages(side, name)) {
    for (const row of rows) hash.update(`${JSON.stringify(Object.entries(row))}\n`);
    count += rows.length;
    await each(rows);
  }
  return { name, rows: count, hash: hash.digest('hex') };
}

/** Pages in the order of the key, each starting after the last row of the one before: all pages cost the same. */
async function* pages({ kysely }: CopySide, name: TableName): AsyncGenerator<readonly Row[]> {
  const key = sql.join(KEYS[name].map((column) => sql.ref(column)));
  let last: Row | undefined;
  do {
    const after =
      last === undefined ? sql`` : sql`where (${key}) > (${sql.join(KEYS[name].map((column) => last?.[column]))})`;
    const page = sql<
      Record<string, unknown>
    >`select * from ${sql.table(name)} ${after} order by ${key} limit ${PAGE_ROWS}`;
    const rows = (await page.execute(kysely)).rows.map(normalised);
    if (rows.length > 0) yield rows;
    last = rows.length < PAGE_ROWS ? undefined : rows.at(-1);
  } while (last !== undefined);
}

function normalised(row: Record<string, unknown>): Row {
  const columns = Object.keys(row).toSorted((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(columns.map((column) => [column, normalValue(column, row[column])]));
}

function normalValue(column: string, value: unknown): string | number | null {
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return column.endsWith('_at') ? new Date(value).toISOString() : value;
  if (typeof value === 'number' || value === null) return value;
  throw new Error(`${column} has a value of an unknown kind`);
}

async function insert({ kysely, dialect }: CopySide, name: TableName, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const stored = (column: string, value: string | number | null | undefined) =>
    BOOLEANS.has(column) ? dialect.storedBoolean(Boolean(value)) : value;
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => stored(column, row[column])))})`);
  const names = sql.join(columns.map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(name)} (${names}) values ${sql.join(values)}`.execute(kysely);
}
