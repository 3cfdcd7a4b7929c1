import type { Kysely } from 'kysely';
import type { Random } from '#ports/random.ts';
import type { Tables } from './tables.ts';

/** Makes an epoch that no other database has. */
export function makeEpoch(random: Pick<Random, 'token'>): string {
  return `e_${random.token(96)}`;
}

export interface RenewedEpoch {
  readonly before: string;
  readonly after: string;
}

/**
 * Gives the log a new epoch, so that clients drop what they hold of it and read it afresh. Resolves with both. No server
 * may run meanwhile: it would go on with the one it read when it started.
 */
export async function renewEpoch(db: Kysely<Tables>, random: Pick<Random, 'token'>): Promise<RenewedEpoch> {
  return db.transaction().execute(async (transaction) => {
    const { epoch: before } = await transaction.selectFrom('meta').select('epoch').executeTakeFirstOrThrow();
    const after = makeEpoch(random);
    await transaction.updateTable('meta').set({ epoch: after }).execute();
    return { before, after };
  });
}
