import type { SqlDatabase } from './sql-database.ts';
import type { SqlStatement } from './statement.ts';
import type { Finding } from './verify/findings.ts';

/**
 * One consistent moment of a database, for reading only, that lasts until it is disposed of. It waits for nobody, and nobody
 * who writes waits for it. The `kysely` only compiles: what it is told to run would not see this moment.
 */
export interface Snapshot extends AsyncDisposable, Pick<SqlDatabase, 'dialect' | 'kysely'> {
  rows<Row>(step: SqlStatement<Row>): Promise<readonly Row[]>;
  /** What the database itself finds wrong with its file, its indexes and its references. */
  ownFindings(): Promise<readonly Finding[]>;
}
