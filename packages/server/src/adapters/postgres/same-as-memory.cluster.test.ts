import { createDatabase } from '@parley/testkit/postgres-server';
import { afterAll, inject } from 'vitest';
import { sameAsMemory } from '../same-as-memory.contract.ts';
import { openNode } from './node-for-test.ts';

const database = await openNode(await createDatabase(inject('postgresUrl')));
afterAll(() => database.close());

sameAsMemory('PostgreSQL', async () => database);
