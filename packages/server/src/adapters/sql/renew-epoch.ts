import type { Kysely } from 'kysely';
import type { Random } from '#ports/random.ts';
import type { Tables } from './tables.ts';

/** Creates an epoch that no other database has. */
export function makeEpoch(random: Pick<Random, 'token'>): string {
  return `e_${random.token(96)}`;
}

interface RenewedEpoch {
  readonly before: string;
  readonly after: string;
}

/**
 * Gives the log a new epoch, so that clients discard their copy of it and load it again. Resolves with both epochs. Runs in
 * a transaction while no server runs: clients that are connected would keep their copy.
 */
export async function renewEpoch(transaction: Kysely<Tables>, random: Pick<Random, 'token'>): Promise<RenewedEpoch> {
  const { epoch: before } = await transaction.selectFrom('meta').select('epoch').executeTakeFirstOrThrow();
  const after = makeEpoch(random);
  await transaction.updateTable('meta').set({ epoch: after }).execute();
  return { before, after };
}
