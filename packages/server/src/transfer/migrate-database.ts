import { withExclusivePostgres } from '#adapters/postgres/exclusive-postgres.ts';
import { readSecret, writeSecret } from '#adapters/secret-file.ts';
import { copyDatabase, requireEmpty, requireKnownTables, type CopiedTable } from '#adapters/sql/copy-database.ts';
import { withExclusiveSqlite } from '#adapters/sqlite/exclusive-sqlite.ts';
import type { Logger } from '#ports/logger.ts';
import type { Random } from '#ports/random.ts';

export interface Migration {
  /** The data folder, with the SQLite database and the secret. */
  readonly folder: string;
  /** The address of the PostgreSQL database. */
  readonly url: string;
  readonly random: Random;
  readonly logger: Logger;
}

export type { CopiedTable };

/**
 * Copies every row, the epoch and the secret of a data folder to an empty PostgreSQL database. All or nothing: the copy
 * is read back and compared row for row before it is committed. Throws when a server uses one of the two, when the target
 * is not empty, or when the source has a table that would be left behind.
 */
export function migrateToPostgres({ folder, url, ...deps }: Migration): Promise<CopiedTable[]> {
  return withExclusiveSqlite({ ...deps, folder }, async (source) => {
    await requireKnownTables(source);
    const secret = await readSecret(folder);
    return withExclusivePostgres({ ...deps, url }, async (target) => {
      await requireEmpty(target);
      if (secret !== null) await target.kysely.updateTable('meta').set({ secret }).execute();
      return copyDatabase(source, target);
    });
  });
}

/** Does the reverse of `migrateToPostgres`, under the same conditions. */
export function migrateToFolder({ folder, url, ...deps }: Migration): Promise<CopiedTable[]> {
  return withExclusivePostgres({ ...deps, url }, (source) =>
    withExclusiveSqlite({ ...deps, folder }, async (target) => {
      await requireEmpty(target);
      await requireKnownTables(target);
      const copied = await copyDatabase(source, target);
      const { secret } = await source.kysely.selectFrom('meta').select('secret').executeTakeFirstOrThrow();
      if (secret !== null) await writeSecret(folder, secret);
      return copied;
    }),
  );
}
