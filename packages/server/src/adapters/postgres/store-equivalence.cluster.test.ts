import { createDatabase } from '@parley/testkit/postgres-server';
import { afterAll, inject } from 'vitest';
import { openNode } from '#testing/postgres-node.ts';
import { sameAsMemory } from '../store-equivalence.contract.ts';

const database = await openNode(await createDatabase(inject('postgresUrl')));
afterAll(() => database.close());

sameAsMemory('PostgreSQL', async () => database);
