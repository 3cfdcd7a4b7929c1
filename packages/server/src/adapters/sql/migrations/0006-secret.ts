import type { Kysely } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Tables } from '../tables.ts';

/** Nodes that share a database share the secret in it. */
export async function addSecret(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema.alterTable('meta').addColumn('secret', dialect.text).execute();
}
