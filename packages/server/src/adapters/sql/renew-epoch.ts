import type { Kysely } from 'kysely';
import type { Random } from '#ports/random.ts';
import type { Tables } from './tables.ts';

/** Makes an epoch that no other database has. */
export function makeEpoch(random: Pick<Random, 'token'>): string {
  return `e_${random.token(96)}`;
}

interface RenewedEpoch {
  readonly before: string;
  readonly after: string;
}

/**
 * Gives the log a new epoch, so that clients drop what they hold of it and read it afresh. Resolves with both. In a
 * transaction while no server runs: whoever is connected to one would go on with what they hold.
 */
export async function renewEpoch(transaction: Kysely<Tables>, random: Pick<Random, 'token'>): Promise<RenewedEpoch> {
  const { epoch: before } = await transaction.selectFrom('meta').select('epoch').executeTakeFirstOrThrow();
  const after = makeEpoch(random);
  await transaction.updateTable('meta').set({ epoch: after }).execute();
  return { before, after };
}
