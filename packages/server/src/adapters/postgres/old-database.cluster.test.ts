import { createDatabase } from '@parley/testkit/postgres-server';
import pg from 'pg';
import { afterEach, inject } from 'vitest';
import { openNode, type TestNode } from '#testing/postgres-node.ts';
import { oldDatabaseContract } from '../sql/migrations/old-database.contract.ts';

const nodes: TestNode[] = [];
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
});

oldDatabaseContract('postgres', async (statements) => {
  const url = await createDatabase(inject('postgresUrl'));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
  const node = await openNode(url);
  nodes.push(node);
  return node;
});
