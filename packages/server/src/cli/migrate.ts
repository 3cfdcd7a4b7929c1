import { parseArgs } from 'node:util';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { isPostgresUrl } from '#config/postgres-url.ts';
import { migrateToFolder, migrateToPostgres, type CopiedTable } from '#transfer/migrate-database.ts';
import { EXIT, UsageError, type CliContext, type Command } from './command.ts';
import { existingDataFolder } from './data-folder.ts';
import { noLogger } from './no-logger.ts';

/** For the step from one node to several, and back. */
export const migrate: Command = {
  usage: '--to postgres://… [--from FOLDER]  or  --from postgres://… --to FOLDER',
  summary: 'Copy everything between a data folder and PostgreSQL, with all servers stopped. The source is not changed.',
  async run(args, context) {
    const options = { from: { type: 'string' }, to: { type: 'string' } } as const;
    const { from, to } = parseArgs({ args: [...args], options }).values;
    const copied = await migrateBetween(from, to, context);
    for (const { name, rows, hash } of copied) context.out(`${name}: ${rows} rows, sha256 ${hash}`);
    context.out(
      'Copied and compared: all rows are equal. The epoch is unchanged, so clients continue at their positions.',
    );
    return EXIT.done;
  },
};

async function migrateBetween(
  from: string | undefined,
  to: string | undefined,
  context: CliContext,
): Promise<CopiedTable[]> {
  if (to === undefined) throw new UsageError('--to is missing: it names the target.');
  const fromPostgres = from !== undefined && isPostgresUrl(from);
  const deps = { random: cryptoRandom, logger: noLogger };
  if (isPostgresUrl(to)) {
    if (fromPostgres) throw new UsageError('Both are PostgreSQL: use pg_dump and pg_restore.');
    return migrateToPostgres({ ...deps, folder: await existingDataFolder(from, context), url: to });
  }
  if (!fromPostgres) throw new UsageError('One of --from and --to must be a postgres:// address.');
  return migrateToFolder({ ...deps, folder: to, url: from });
}
