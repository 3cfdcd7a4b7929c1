import pg from 'pg';
import { expect, test } from 'vitest';
import { startPostgres } from './postgres-server.ts';

test('a database survives every kind of stop of its server', async () => {
  await using server = await startPostgres();
  const url = await server.createDatabase();
  await ask(url, 'create table kept (what text)');
  for (const end of [() => server.stop('fast'), () => server.stop('immediate'), () => server.kill()]) {
    await ask(url, `insert into kept values ('again')`);
    await end();
    await expect(ask(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
    await server.start();
  }
  expect(await ask(url, 'select count(*)::int as count from kept')).toEqual([{ count: 3 }]);
  expect(await ask(url, 'show fsync')).toEqual([{ fsync: 'on' }]);
});

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
