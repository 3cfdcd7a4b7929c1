import { createDatabase } from '@parley/testkit/postgres-server';
import { afterAll, inject } from 'vitest';
import { openNode } from '#testing/postgres-node.ts';
import { storeEquivalenceContract } from '../store-equivalence.contract.ts';

const database = await openNode(await createDatabase(inject('postgresUrl')));
afterAll(() => database.close());

storeEquivalenceContract('PostgreSQL', async () => database);
