import { createDatabase } from '@parley/testkit/postgres-server';
import { afterAll, inject } from 'vitest';
import { storeContract } from '#ports/store.contract.ts';
import { usersContract } from '#ports/users.contract.ts';
import { openNode } from '#testing/postgres-node.ts';
import { emptyTables } from '../empty-tables.ts';
import type { OpenedDatabase } from '../opened-database.ts';

const url = await createDatabase(inject('postgresUrl'));
afterAll(async () => shared?.close());

/** The tests share a database until one closes it. Each test empties it. */
let shared: OpenedDatabase | null = null;

async function open() {
  shared ??= await openNode(url);
  const { store, users, kysely } = shared;
  await emptyTables(kysely);
  const close = async () => {
    const closed = await store.probe().then(
      () => false,
      () => true,
    );
    if (closed) shared = null;
  };
  return { store, users, close };
}

storeContract('PostgreSQL', open);
usersContract('PostgreSQL', open);
