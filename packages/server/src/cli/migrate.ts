import { parseArgs } from 'node:util';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { isPostgresUrl } from '#config/postgres-url.ts';
import { migrateToFolder, migrateToPostgres, type CopiedTable } from '#transfer/migrate-database.ts';
import { EXIT, UsageError, type CliEnvironment, type Command } from './command.ts';
import { existingDataFolder } from './data-folder.ts';
import { unlogged } from './no-logger.ts';

/** From one node to several, and back. */
export const migrate: Command = {
  usage: '--to postgres://… [--from FOLDER]  or  --from postgres://… --to FOLDER',
  summary:
    'Copy everything between a data folder and PostgreSQL, with every server stopped. The source stays as it is.',
  async run(args, surroundings) {
    const options = { from: { type: 'string' }, to: { type: 'string' } } as const;
    const { from, to } = parseArgs({ args: [...args], options }).values;
    const copied = await migrateBetween(from, to, surroundings);
    for (const { name, rows, hash } of copied) surroundings.out(`${name}: ${rows} rows, sha256 ${hash}`);
    surroundings.out('Copied, read back and found equal. The epoch is the same: clients go on where they were.');
    return EXIT.done;
  },
};

async function migrateBetween(
  from: string | undefined,
  to: string | undefined,
  surroundings: CliEnvironment,
): Promise<CopiedTable[]> {
  if (to === undefined) throw new UsageError('--to is missing: where should everything go?');
  const fromPostgres = from !== undefined && isPostgresUrl(from);
  const deps = { random: cryptoRandom, logger: unlogged };
  if (isPostgresUrl(to)) {
    if (fromPostgres) throw new UsageError('Both are PostgreSQL: pg_dump and pg_restore copy that.');
    return migrateToPostgres({ ...deps, folder: await existingDataFolder(from, surroundings), url: to });
  }
  if (!fromPostgres) throw new UsageError('One of --from and --to must be a postgres:// address.');
  return migrateToFolder({ ...deps, folder: to, url: from });
}
