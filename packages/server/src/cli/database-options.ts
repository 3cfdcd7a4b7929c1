import { isPostgresUrl, POSTGRES_EXAMPLE, withoutSecrets } from '#config/postgres-url.ts';
import { UsageError, type CliContext } from './command.ts';
import { existingDataFolder } from './data-folder.ts';

/** The options of every command that works on a database, for `parseArgs`. */
export const DATABASE_OPTIONS = { data: { type: 'string' }, database: { type: 'string' } } as const;
export const DATABASE_USAGE = '[--data FOLDER | --database postgres://…]';

export interface SelectedDatabase {
  /** PostgreSQL; null: SQLite in the data folder. */
  readonly databaseUrl: string | null;
  /** There is a database in it, unless there is a `databaseUrl`. */
  readonly dataFolder: string;
  /** How to call it, without secrets. */
  readonly name: string;
}

/**
 * The database that a command works on: what its options say, else what the environment says, as the server reads it.
 * Throws `UsageError` when there can't be one.
 */
export async function selectDatabase(
  { data, database }: { readonly data?: string; readonly database?: string },
  context: Pick<CliContext, 'environment'>,
): Promise<SelectedDatabase> {
  if (data !== undefined && database !== undefined) throw new UsageError('--data and --database are two databases.');
  const url = database ?? (data === undefined ? context.environment['DATABASE_URL']?.trim() || null : null);
  if (url === null) {
    const folder = await existingDataFolder(data, context);
    return { databaseUrl: null, dataFolder: folder, name: folder };
  }
  if (!isPostgresUrl(url)) throw new UsageError(`The database must be like ${POSTGRES_EXAMPLE}.`);
  return { databaseUrl: url, dataFolder: '', name: withoutSecrets(url) };
}
