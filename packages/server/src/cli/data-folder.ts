import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError, type CliContext } from './command.ts';

/**
 * The data folder of a command: `--data`, else `PARLEY_DATA`, else `./data`, as for the server. Throws `UsageError` when
 * it contains no database: opening it would create an empty one, and a typo would look like success.
 */
export async function existingDataFolder(
  option: string | undefined,
  { environment }: Pick<CliContext, 'environment'>,
): Promise<string> {
  const folder = option ?? (environment['PARLEY_DATA']?.trim() || './data');
  try {
    await access(join(folder, 'parley.db'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`There is no database of Parley in ${folder}: ${reason}`, { cause: error });
  }
  return folder;
}
