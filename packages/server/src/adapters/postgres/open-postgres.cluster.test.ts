import { createDatabase } from '@parley/testkit/postgres-server';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { openNode } from '#testing/postgres-node.ts';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const fresh = () => createDatabase(inject('postgresUrl'));
const nameIn = (url: string) => new URL(url).pathname.slice(1);

test('a reopened database has its data, its epoch and its secret', async () => {
  const url = await fresh();
  const states: unknown[] = [];
  for (const _start of [1, 2]) {
    await using node = await openNode(url);
    states.push([await node.actor('Ada'), await node.store.epoch(), await node.secret()]);
  }
  expect(states[1]).toEqual(states[0]);
});

test('a database that could lose acknowledged data is refused', async () => {
  const url = await fresh();
  await query(url, `alter database ${nameIn(url)} set synchronous_commit = off`);
  await expect(openNode(url)).rejects.toThrow(/Can not open the database .*synchronous_commit is off/);
  await query(url, `alter database ${nameIn(url)} set synchronous_commit = local`);
  await (await openNode(url)).close();
});

test('a database that could alter text is refused', async () => {
  const server = inject('postgresUrl');
  const url = new URL(`/latin_${crypto.randomUUID().replaceAll('-', '')}`, server).href;
  const options = `encoding 'LATIN1' locale_provider libc locale 'C'`;
  await query(server, `create database ${nameIn(url)} template template0 ${options}`);
  await expect(openNode(url)).rejects.toThrow(/its encoding is LATIN1, and must be UTF8/);
});

test('a database of a newer Parley is refused and not changed', async () => {
  const url = await fresh();
  await (await openNode(url)).close();
  await query(url, 'update meta set version = 999');
  await expect(openNode(url)).rejects.toThrow(/A newer Parley wrote this database: its version is 999/);
  expect(await query(url, 'select version::int from meta')).toEqual([{ version: 999 }]);
});

test('a missing or unreachable database is named in the error without its password', async () => {
  const url = new URL('/nowhere', inject('postgresUrl'));
  url.password = 'hunter2';
  const message = await openNode(url.href).catch((error: unknown) => String(error));
  expect(message).toMatch(/Can not open the database 127.0.0.1:\d+\/nowhere: .*database "nowhere" does not exist/);
  expect(message).not.toContain('hunter2');
  url.port = '1';
  await expect(openNode(url.href)).rejects.toThrow(/Can not open the database 127.0.0.1:1\/nowhere: .*ECONNREFUSED/);
});

test('text is sorted by code points, regardless of the locale of the database', async () => {
  const url = await fresh();
  await using node = await openNode(url);
  const sorted = await query(
    url,
    `select x collate "default" as x from unnest(array['b', 'A', 'a', 'B']) as x order by x`,
  );
  expect(sorted.map((row) => (row as { x: string }).x)).toEqual(['a', 'A', 'b', 'B']);
  for (const name of ['b', 'A', 'a', 'B', 'Z', 'é']) await node.actor(name);
  const handles = await node.kysely.selectFrom('users').select('name').orderBy('name').execute();
  expect(handles.map(({ name }) => name)).toEqual(['A', 'B', 'Z', 'a', 'b', 'é']);
});

test('numbers are read as numbers, booleans as booleans, times as dates', async () => {
  await using node = await openNode(await fresh());
  await node.actor('Ada');
  const row = await node.kysely
    .selectFrom('users')
    .select(({ fn }) => ['suspended', 'created_at', fn.countAll<number>().over().as('count')])
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ suspended: false, created_at: expect.any(Date) as Date, count: 1 });
});
