import { kyselyAdapter } from '@better-auth/kysely-adapter';
import type { BetterAuthOptions } from 'better-auth';
import type { Kysely } from 'kysely';
import type { AccountsDatabase } from '#ports/accounts-database.ts';
import type { AccountsTables } from '#ports/accounts-tables.ts';
import { accountContext } from './account-transaction.ts';

type Adapter = ReturnType<ReturnType<typeof kyselyAdapter>>;

/** The database adapter of the accounts library. Our hooks can join its transactions. */
export function betterAuthDatabase({ kysely, type, lockUsers }: AccountsDatabase) {
  const adapterOn = (db: Kysely<AccountsTables>, options: BetterAuthOptions): Adapter =>
    kyselyAdapter(db, { type, transaction: true })(options);
  return (options: BetterAuthOptions): Adapter => ({
    ...adapterOn(kysely, options),
    async transaction(run) {
      const context = accountContext();
      try {
        return await kysely.transaction().execute(async (transaction) => {
          await lockUsers(transaction);
          context.transaction = transaction;
          return run(recordingFailures(adapterOn(transaction, options)));
        });
      } finally {
        context.transaction = null;
      }
    },
  });
}

/** Records errors of the database. The library responds "unprocessable" to each of them, even to an outage. */
function recordingFailures(adapter: Adapter): Adapter {
  const create = async (...args: Parameters<Adapter['create']>): Promise<unknown> => {
    try {
      return await adapter.create(...args);
    } catch (error) {
      accountContext().failure ??= error instanceof Error ? error : new Error('the database failed', { cause: error });
      throw error;
    }
  };
  return { ...adapter, create: create as Adapter['create'] };
}
