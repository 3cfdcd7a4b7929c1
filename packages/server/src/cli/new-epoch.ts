import { parseArgs } from 'node:util';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { withExclusivePostgres } from '#adapters/postgres/exclusive-postgres.ts';
import { renewEpoch } from '#adapters/sql/renew-epoch.ts';
import { withExclusiveSqlite } from '#adapters/sqlite/exclusive-sqlite.ts';
import { EXIT, type Command } from './command.ts';
import { selectDatabase, DATABASE_OPTIONS, DATABASE_USAGE } from './database-options.ts';
import { noLogger } from './no-logger.ts';

/** For a restored backup: clients may have positions in the log that do not exist in the backup. */
export const newEpoch: Command = {
  usage: DATABASE_USAGE,
  summary:
    'After restoring a backup, with all servers stopped: make all clients drop their local data and load it again.',
  async run(args, context) {
    const { values } = parseArgs({ args: [...args], options: DATABASE_OPTIONS });
    const { databaseUrl: url, dataFolder: folder } = await selectDatabase(values, context);
    const deps = { random: cryptoRandom, logger: noLogger };
    const { before, after } = await (url === null
      ? withExclusiveSqlite({ ...deps, folder }, ({ kysely }) => renewEpoch(kysely, cryptoRandom))
      : withExclusivePostgres({ ...deps, url }, ({ kysely }) => renewEpoch(kysely, cryptoRandom)));
    context.out(`The epoch was ${before} and is now ${after}: clients load everything again.`);
    return EXIT.done;
  },
};
