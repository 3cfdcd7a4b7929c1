import type { Kysely } from 'kysely';
import type { Random } from '#ports/random.ts';
import type { Tables } from './tables.ts';

const SECRET_BITS = 256;

/** The secret in the database. Nodes that request it at the same time get the same one. */
export async function storedSecret(kysely: Kysely<Tables>, random: Random): Promise<string> {
  const made = random.token(SECRET_BITS);
  await kysely.updateTable('meta').set({ secret: made }).where('secret', 'is', null).execute();
  const { secret } = await kysely.selectFrom('meta').select('secret').executeTakeFirstOrThrow();
  return secret ?? made;
}
