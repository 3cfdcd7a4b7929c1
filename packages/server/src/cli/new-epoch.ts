import { parseArgs } from 'node:util';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { openDatabase } from '#adapters/open-database.ts';
import { systemClock } from '#adapters/system-clock.ts';
import { EXIT, type Command } from './command.ts';
import { chosenDatabase, DATABASE_OPTIONS, DATABASE_USAGE } from './database-options.ts';
import { unlogged } from './unlogged.ts';

/** After a backup was put back: positions in the log that clients remember may never have existed in it. */
export const newEpoch: Command = {
  usage: DATABASE_USAGE,
  summary:
    'After restoring a backup, with every server stopped: make every client drop what it holds and read it anew.',
  async run(args, surroundings) {
    const { values } = parseArgs({ args: [...args], options: DATABASE_OPTIONS });
    const config = await chosenDatabase(values, surroundings);
    const parts = { config, clock: systemClock, random: cryptoRandom, logger: unlogged };
    const database = await openDatabase(parts);
    try {
      const { before, after } = await database.renewEpoch();
      surroundings.out(`The epoch was ${before} and is now ${after}: clients read everything anew.`);
    } finally {
      await database.close();
    }
    return EXIT.done;
  },
};
