import { parseArgs } from 'node:util';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { withExclusivePostgres } from '#adapters/postgres/exclusive-postgres.ts';
import { readSecret, writeSecret } from '#adapters/secret-file.ts';
import { copyEverything, mustBeEmpty, mustBeKnown, type CopiedTable } from '#adapters/sql/copy-database.ts';
import { withExclusiveSqlite } from '#adapters/sqlite/exclusive-sqlite.ts';
import { isPostgresUrl } from '#config/postgres-url.ts';
import { EXIT, UsageError, type Command } from './command.ts';
import { existingDataFolder } from './data-folder.ts';
import { unlogged } from './no-logger.ts';

/** From one node to several, and back. All or nothing: what is there afterwards was compared row for row. */
export const migrate: Command = {
  usage: '--to postgres://… [--from FOLDER]  or  --from postgres://… --to FOLDER',
  summary:
    'Copy everything between a data folder and PostgreSQL, with every server stopped. The source stays as it is.',
  async run(args, surroundings) {
    const options = { from: { type: 'string' }, to: { type: 'string' } } as const;
    const { from, to } = parseArgs({ args: [...args], options }).values;
    if (to === undefined) throw new UsageError('--to is missing: where should everything go?');
    if (isPostgresUrl(to) && from !== undefined && isPostgresUrl(from)) {
      throw new UsageError('Both are PostgreSQL: pg_dump and pg_restore copy that.');
    }
    let copied: CopiedTable[];
    if (isPostgresUrl(to)) copied = await toPostgres(await existingDataFolder(from, surroundings), to);
    else if (from !== undefined && isPostgresUrl(from)) copied = await toFolder(from, to);
    else throw new UsageError('One of --from and --to must be a postgres:// address.');
    for (const { name, rows, hash } of copied) surroundings.out(`${name}: ${rows} rows, sha256 ${hash}`);
    surroundings.out('Copied, read back and found equal. The epoch is the same: clients go on where they were.');
    return EXIT.done;
  },
};

const PARTS = { random: cryptoRandom, logger: unlogged };

function toPostgres(folder: string, url: string): Promise<CopiedTable[]> {
  return withExclusiveSqlite({ ...PARTS, folder }, async (source) => {
    await mustBeKnown(source);
    const secret = await readSecret(folder);
    return withExclusivePostgres({ ...PARTS, url }, async (target) => {
      await mustBeEmpty(target);
      if (secret !== null) await target.kysely.updateTable('meta').set({ secret }).execute();
      return copyEverything(source, target);
    });
  });
}

function toFolder(url: string, folder: string): Promise<CopiedTable[]> {
  return withExclusivePostgres({ ...PARTS, url }, (source) =>
    withExclusiveSqlite({ ...PARTS, folder }, async (target) => {
      await mustBeEmpty(target);
      await mustBeKnown(target);
      const copied = await copyEverything(source, target);
      const { secret } = await source.kysely.selectFrom('meta').select('secret').executeTakeFirstOrThrow();
      if (secret !== null) await writeSecret(folder, secret);
      return copied;
    }),
  );
}
