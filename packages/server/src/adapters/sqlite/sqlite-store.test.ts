import { afterAll } from 'vitest';
import { storeContract } from '#ports/store.contract.ts';
import { usersContract } from '#ports/users.contract.ts';
import { TemporaryFolder } from '#testing/temporary-database.ts';
import { emptyTables } from '../empty-tables.ts';
import type { OpenedDatabase } from '../opened-database.ts';

const folder = await TemporaryFolder.make();
afterAll(() => folder[Symbol.asyncDispose]());

/** Starting threads takes longer than any test, so the tests share a database until one closes it. Each test empties it. */
let shared: OpenedDatabase | null = null;

async function open() {
  shared ??= await folder.open();
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

storeContract('SQLite', open);
usersContract('SQLite', open);
