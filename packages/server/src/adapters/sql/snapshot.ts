import type { SqlDatabase } from './sql-database.ts';
import type { SqlStatement } from './statement.ts';
import type { Finding } from './verify/findings.ts';

/**
 * A consistent, read-only snapshot of a database, which lasts until it is disposed. It does not block writers, and they do
 * not block it. The `kysely` only compiles queries: a query that it executes would not see the snapshot.
 */
export interface Snapshot extends AsyncDisposable, Pick<SqlDatabase, 'dialect' | 'kysely'> {
  rows<Row>(step: SqlStatement<Row>): Promise<readonly Row[]>;
  /** The findings of the database's own checks of its file, its indexes and its references. */
  ownFindings(): Promise<readonly Finding[]>;
}
