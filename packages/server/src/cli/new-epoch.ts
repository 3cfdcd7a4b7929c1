import { parseArgs } from 'node:util';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { withExclusivePostgres } from '#adapters/postgres/exclusive-postgres.ts';
import { renewEpoch } from '#adapters/sql/renew-epoch.ts';
import { withExclusiveSqlite } from '#adapters/sqlite/exclusive-sqlite.ts';
import { EXIT, type Command } from './command.ts';
import { selectDatabase, DATABASE_OPTIONS, DATABASE_USAGE } from './database-options.ts';
import { noLogger } from './no-logger.ts';

/** After a backup was put back: positions in the log that clients remember may never have existed in it. */
export const newEpoch: Command = {
  usage: DATABASE_USAGE,
  summary:
    'After restoring a backup, with every server stopped: make every client drop what it holds and read it anew.',
  async run(args, context) {
    const { values } = parseArgs({ args: [...args], options: DATABASE_OPTIONS });
    const { databaseUrl: url, dataFolder: folder } = await selectDatabase(values, context);
    const deps = { random: cryptoRandom, logger: noLogger };
    const { before, after } = await (url === null
      ? withExclusiveSqlite({ ...deps, folder }, ({ kysely }) => renewEpoch(kysely, cryptoRandom))
      : withExclusivePostgres({ ...deps, url }, ({ kysely }) => renewEpoch(kysely, cryptoRandom)));
    context.out(`The epoch was ${before} and is now ${after}: clients read everything anew.`);
    return EXIT.done;
  },
};
