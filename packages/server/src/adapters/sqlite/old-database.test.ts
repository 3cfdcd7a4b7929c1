import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll } from 'vitest';
import { TemporaryFolder } from '#testing/temporary-database.ts';
import { oldDatabaseContract } from '../sql/migrations/old-database.contract.ts';

const temporary = await TemporaryFolder.make();
afterAll(() => temporary[Symbol.asyncDispose]());

oldDatabaseContract('sqlite', async (statements) => {
  const folder = temporary.file(crypto.randomUUID());
  await mkdir(folder);
  const database = new DatabaseSync(join(folder, 'parley.db'));
  for (const statement of statements) database.exec(statement);
  database.close();
  return temporary.open(folder);
});
