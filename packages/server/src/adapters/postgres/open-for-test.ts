import { silent } from '../../testing/silent.ts';
import { cryptoRandom } from '../crypto-random.ts';
import type { OpenedDatabase } from '../opened-database.ts';
import { openPostgres } from './open-postgres.ts';

/** For tests: a node's view of the database. Whoever opens it closes it. */
export async function openForTest(url: string): Promise<OpenedDatabase & AsyncDisposable> {
  const opened = await openPostgres({ url, clock: { now: Date.now }, random: cryptoRandom, logger: silent });
  return { ...opened, [Symbol.asyncDispose]: opened.close };
}
