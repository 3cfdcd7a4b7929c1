import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { SQLITE } from '../sql/dialect.ts';
import type { Snapshot } from '../sql/snapshot.ts';
import type { SqlStatement } from '../sql/statement.ts';
import type { Tables } from '../sql/tables.ts';
import type { Finding } from '../sql/verify/findings.ts';
import { openReader } from './connection.ts';
import { failureOf, isDamage, openingError } from './sqlite-error.ts';

/** Problems that `integrity_check` lists at most. */
const MAX_OWN_FINDINGS = 100;

/**
 * Opens `parley.db` in the folder for reading only, on this thread, whether or not a server runs on it: that server goes
 * on as before, except that its write-ahead log can not be reused, and grows, until the snapshot is disposed of. Throws a
 * sentence when the database can't be opened.
 */
export function openSqliteSnapshot(folder: string): Snapshot {
  const file = join(folder, 'parley.db');
  if (!existsSync(file)) throw new Error(`There is no database of Parley in ${folder}.`);
  let db: DatabaseSync;
  try {
    db = openReader(file);
    db.exec('begin');
    // A transaction sees its moment from its first read on.
    db.prepare('select count(*) from sqlite_schema').get();
  } catch (error) {
    throw openingError(failureOf(error), folder);
  }
  const compiled = new Map<string, StatementSync>();
  return {
    dialect: SQLITE,
    kysely: compiler(),
    async rows<Row>({ sql, parameters }: SqlStatement<Row>) {
      const statement = compiled.get(sql) ?? db.prepare(sql);
      compiled.set(sql, statement);
      return statement.all(...(parameters as SQLInputValue[])) as Row[];
    },
    ownFindings: async () => [...integrityFindings(db), ...referenceFindings(db)],
    async [Symbol.asyncDispose]() {
      if (db.isOpen) db.close();
    },
  };
}

function integrityFindings(db: DatabaseSync): Finding[] {
  return integrityLines(db)
    .filter((line) => line !== 'ok')
    .map((detail) => ({ kind: 'damaged-file', detail }));
}

/** A file that is damaged badly enough ends even the check for damage. */
function integrityLines(db: DatabaseSync): string[] {
  try {
    const rows = db.prepare(`pragma integrity_check(${MAX_OWN_FINDINGS})`).all();
    return rows.map((row) => String(row['integrity_check']));
  } catch (error) {
    if (isDamage(failureOf(error))) return [`the check of the file ended with: ${String(error)}`];
    throw error;
  }
}

function referenceFindings(db: DatabaseSync): Finding[] {
  const found: Finding[] = [];
  // All at once would be a row for each that refers to a channel that is gone.
  for (const { table, parent } of db.prepare('pragma foreign_key_check').iterate()) {
    found.push({ kind: 'broken-reference', detail: `a row of ${String(table)} has no ${String(parent)}` });
    if (found.length === MAX_OWN_FINDINGS) break;
  }
  return found;
}

/** What compiles queries for SQLite and runs none. */
function compiler(): Kysely<Tables> {
  return new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
