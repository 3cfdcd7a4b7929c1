import { cryptoRandom } from '#adapters/crypto-random.ts';
import type { OpenedDatabase } from '#adapters/opened-database.ts';
import { openPostgres } from '#adapters/postgres/open-postgres.ts';
import { systemClock } from '#adapters/system-clock.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Change } from '#kernel/change.ts';
import { createLog } from '#kernel/log.ts';
import type { Outcome } from '#kernel/outcome.ts';
import { nullLogger, nullMetrics } from './null-logger.ts';

/** The part of a node that uses the database: its store, and the log that its commands go through. */
export interface TestNode extends OpenedDatabase, AsyncDisposable {
  append<T>(change: Change<T>): Promise<Outcome<T>>;
  actor(name: string): Promise<Actor>;
}

/** For tests: another node on the database. The caller closes it. */
export async function openNode(url: string): Promise<TestNode> {
  const opened = await openPostgres({ url, clock: systemClock, random: cryptoRandom, logger: nullLogger });
  const log = createLog({
    store: opened.store,
    clock: systemClock,
    logger: nullLogger,
    metrics: nullMetrics,
    afterTurn: setImmediate,
    onCommitted: () => undefined,
    onUncertainCommit: () => undefined,
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
