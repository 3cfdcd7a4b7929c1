import { parseArgs } from 'node:util';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { openSqlite } from '#adapters/sqlite/open-sqlite.ts';
import { systemClock } from '#adapters/system-clock.ts';
import { EXIT, type Command } from './command.ts';
import { existingDataFolder } from './data-folder.ts';
import { unlogged } from './unlogged.ts';

/** After a backup was put back: positions in the log that clients remember may never have existed in it. */
export const newEpoch: Command = {
  usage: '[--data FOLDER]',
  summary: 'After restoring a backup, with the server stopped: make every client drop what it holds and read it anew.',
  async run(args, surroundings) {
    const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } });
    const folder = await existingDataFolder(values.data, surroundings);
    const database = await openSqlite({ folder, clock: systemClock, random: cryptoRandom, logger: unlogged });
    try {
      const { before, after } = await database.renewEpoch();
      surroundings.out(`The epoch was ${before} and is now ${after}: clients read everything anew.`);
    } finally {
      await database.close();
    }
    return EXIT.done;
  },
};
