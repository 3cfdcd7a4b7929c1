import { sql, type Kysely, type Transaction } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { MetaTable } from './meta.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Tables } from './tables.ts';

export interface MigrateOptions {
  /** Stored when the database is new. */
  readonly epoch: string;
  /** Called first, in the transaction: waits until no other node migrates. */
  readonly lock?: (transaction: Transaction<Tables>) => Promise<void>;
}

/**
 * Brings the tables to the version this code knows, in one transaction. Throws, having changed nothing, when a newer
 * Parley wrote the database.
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect, { epoch, lock }: MigrateOptions): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await lock?.(transaction);
    await createMeta(transaction, dialect, epoch);
    const { version } = await transaction.selectFrom('meta').select('version').executeTakeFirstOrThrow();
    if (version > MIGRATIONS.length) {
      throw new Error(
        `A newer Parley wrote this database: its version is ${version}, and this one knows ${MIGRATIONS.length}. ` +
          'Start that Parley again, or restore a backup from before.',
      );
    }
    for (const run of MIGRATIONS.slice(version)) await run(transaction, dialect);
    await transaction.updateTable('meta').set({ version: MIGRATIONS.length }).execute();
  });
}

async function createMeta(db: Kysely<Tables>, dialect: Dialect, epoch: string): Promise<void> {
  await db.schema
    .createTable('meta')
    .ifNotExists()
    .addColumn('only', dialect.int, (column) => column.primaryKey().check(sql`${sql.ref('only')} = 1`))
    .addColumn('epoch', dialect.text, (column) => column.notNull())
    .addColumn('version', dialect.int, (column) => column.notNull())
    .addColumn('probed_at', dialect.int, (column) => column.notNull())
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  // Without the columns that migrations add.
  const first = { only: 1, epoch, version: 0, probed_at: 0 } as MetaTable;
  await db
    .insertInto('meta')
    .values(first)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
