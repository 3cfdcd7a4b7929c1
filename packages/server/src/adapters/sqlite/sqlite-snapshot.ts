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

/** The maximum number of problems that `integrity_check` lists. */
const MAX_OWN_FINDINGS = 100;

/**
 * Opens `parley.db` in the folder read-only, on this thread, also while a server uses it. It does not affect that server,
 * except that its write-ahead log grows until the snapshot is disposed, because it cannot be reused. Throws a sentence when
 * the database cannot be opened.
 */
export function openSqliteSnapshot(folder: string): Snapshot {
  const file = join(folder, 'parley.db');
  if (!existsSync(file)) throw new Error(`There is no database of Parley in ${folder}.`);
  let db: DatabaseSync;
  try {
    db = openReader(file);
    db.exec('begin');
    // A transaction takes its snapshot with its first read.
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

/** A badly damaged file makes even the integrity check fail. */
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
  // Iterates, because a missing channel can cause a row for each of its messages.
  for (const { table, parent } of db.prepare('pragma foreign_key_check').iterate()) {
    found.push({ kind: 'broken-reference', detail: `a row of ${String(table)} has no ${String(parent)}` });
    if (found.length === MAX_OWN_FINDINGS) break;
  }
  return found;
}

/** Compiles queries for SQLite, and executes none. */
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
