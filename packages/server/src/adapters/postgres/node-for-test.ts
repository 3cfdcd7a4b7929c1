import type { Change } from '#chat/change.ts';
import type { Actor } from '#chat/chat.ts';
import { createLog } from '#chat/log.ts';
import type { Outcome } from '#chat/refusal.ts';
import { silent, uncounted } from '../../testing/silent.ts';
import { cryptoRandom } from '../crypto-random.ts';
import type { OpenedDatabase } from '../opened-database.ts';
import { systemClock } from '../system-clock.ts';
import { openPostgres } from './open-postgres.ts';

/** What of a node speaks to the database: its view of it, and the log that its commands go through. */
export interface TestNode extends OpenedDatabase, AsyncDisposable {
  append<T>(change: Change<T>): Promise<Outcome<T>>;
  actor(name: string): Promise<Actor>;
}

/** For tests: another node on the database. Whoever opens it closes it. */
export async function openNode(url: string): Promise<TestNode> {
  const opened = await openPostgres({ url, clock: systemClock, random: cryptoRandom, logger: silent });
  const log = createLog({
    store: opened.store,
    clock: systemClock,
    logger: silent,
    metrics: uncounted,
    afterTurn: setImmediate,
    committed: () => undefined,
    doubtful: () => undefined,
  });
  return {
    ...opened,
    append: (change) => log.append(change),
    async actor(name) {
      const { id: user, role } = await opened.users.createForSubject(`subject of ${name}`, name);
      return { user, role };
    },
    [Symbol.asyncDispose]: opened.close,
  };
}
