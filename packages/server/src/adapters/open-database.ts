import type { OpenedDatabase } from './opened-database.ts';
import { openPostgres } from './postgres/open-postgres.ts';
import type { PostgresDeps } from './postgres/prepare-postgres.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';

export interface DatabaseDeps extends Omit<PostgresDeps, 'url'> {
  readonly config: {
    /** PostgreSQL; null: SQLite in the data folder. */
    readonly databaseUrl: string | null;
    readonly dataFolder: string;
  };
}

/** Opens the database that the configuration names. Rejects with a sentence for the person who starts the server. */
export function openDatabase({ config, ...deps }: DatabaseDeps): Promise<OpenedDatabase> {
  const { databaseUrl: url, dataFolder: folder } = config;
  return url === null ? openSqlite({ ...deps, folder }) : openPostgres({ ...deps, url });
}
