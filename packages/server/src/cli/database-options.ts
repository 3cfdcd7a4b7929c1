import { isPostgresUrl, POSTGRES_EXAMPLE, withoutSecrets } from '#config/postgres-url.ts';
import { UsageError, type CliContext } from './command.ts';
import { existingDataFolder } from './data-folder.ts';

/** Options of commands that work on one database, for `parseArgs`. */
export const DATABASE_OPTIONS = { data: { type: 'string' }, database: { type: 'string' } } as const;
export const DATABASE_USAGE = '[--data FOLDER | --database postgres://…]';

export interface SelectedDatabase {
  /** PostgreSQL; null: SQLite in the data folder. */
  readonly databaseUrl: string | null;
  /** Contains a database, unless `databaseUrl` is set. */
  readonly dataFolder: string;
  /** For messages, without secrets. */
  readonly name: string;
}

/**
 * The database of a command: from its options, else from the environment, as for the server. Throws `UsageError` when
 * there is none.
 */
export async function selectDatabase(
  { data, database }: { readonly data?: string; readonly database?: string },
  context: Pick<CliContext, 'environment'>,
): Promise<SelectedDatabase> {
  if (data !== undefined && database !== undefined) throw new UsageError('Use either --data or --database, not both.');
  const url = database ?? (data === undefined ? context.environment['DATABASE_URL']?.trim() || null : null);
  if (url === null) {
    const folder = await existingDataFolder(data, context);
    return { databaseUrl: null, dataFolder: folder, name: folder };
  }
  if (!isPostgresUrl(url)) throw new UsageError(`The database must be like ${POSTGRES_EXAMPLE}.`);
  return { databaseUrl: url, dataFolder: '', name: withoutSecrets(url) };
}
