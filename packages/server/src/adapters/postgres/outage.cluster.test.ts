import { startPostgres, createDatabase } from '@parley/testkit/postgres-server';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { createChannel } from '#chat/channels/create-channel.ts';
import { send } from '#chat/messages/send.ts';
import type { Actor } from '#kernel/actor.ts';
import { StoreUnavailable } from '#ports/store.ts';
import { nullLogger } from '#testing/null-logger.ts';
import { openNode, type TestNode } from '#testing/postgres-node.ts';
import { Connections } from './connections.ts';

const sendHello = (node: TestNode, actor: Actor, id: string) =>
  node.append(send(actor, { channel: 'c_1', id, body: 'hello' }));

async function withChannel(url: string) {
  const node = await openNode(url);
  const ada = await node.actor('Ada');
  await node.append(createChannel(ada, 'c_1', { kind: 'private', name: 'one' }));
  return { node, ada };
}

async function connected(url: string) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

const LOCK = `begin; select from channels where id = 'c_1' for no key update`;

test('every acknowledged message is stored once, with its seq, after each crash of the database', async () => {
  await using server = await startPostgres();
  const url = await server.createDatabase();
  const { node, ada } = await withChannel(url);
  const nodes = [node, await openNode(url)];
  const acked = new Map<string, number>();
  const done = { crashes: 0 };
  const writing = nodes.map(async (node) => {
    while (done.crashes < 6) {
      const ids = Array.from({ length: 5 }, () => crypto.randomUUID());
      const outcomes = await Promise.all(ids.map((id) => sendHello(node, ada, id)));
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.ok) acked.set(ids[index] ?? '', outcome.value.seq);
        else expect(outcome.error.code).toBe('unavailable');
      }
      if (outcomes.some(({ ok }) => !ok)) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  for (; done.crashes < 6; done.crashes += 1) {
    const before = acked.size;
    await expect.poll(() => acked.size, { timeout: 20_000 }).toBeGreaterThan(before + 20);
    if (done.crashes % 2 === 0) await server.stop('immediate');
    else await server.kill();
    await server.start();
  }
  await Promise.all(writing);
  const { events, lastSeq } = await node.store.eventsAfter('c_1', 0, 100_000);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, index) => index + 1));
  const stored = new Map(events.flatMap((event) => (event.type === 'message' ? [[event.message.id, event.seq]] : [])));
  expect(stored.size).toBe(lastSeq - 1);
  for (const [id, seq] of acked) expect(stored.get(id)).toBe(seq);
  for (const node of nodes) await node.close();
});

test('everything is unavailable during a database outage, and recovers by itself', async () => {
  await using server = await startPostgres();
  const { node, ada } = await withChannel(await server.createDatabase());
  await server.stop('fast');
  await expect(node.store.probe()).rejects.toThrow(StoreUnavailable);
  await expect(node.store.isMember('c_1', ada.user)).rejects.toThrow(StoreUnavailable);
  await expect(node.users.find(ada.user)).rejects.toThrow(StoreUnavailable);
  await expect(node.kysely.selectFrom('users').selectAll().execute()).rejects.toThrow(StoreUnavailable);
  expect(await sendHello(node, ada, crypto.randomUUID())).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  await server.start();
  expect(await node.store.isMember('c_1', ada.user)).toBe(true);
  expect(await sendHello(node, ada, crypto.randomUUID())).toMatchObject({ ok: true, value: { seq: 2 } });
  await node.close();
});

test('a commit whose connection dies while it waits is retried on another connection', async () => {
  const url = await createDatabase(inject('postgresUrl'));
  const { node, ada } = await withChannel(url);
  await using other = await connected(url);
  await other.client.query(LOCK);
  const sending = sendHello(node, ada, crypto.randomUUID());
  await expect
    .poll(async () => {
      const { rowCount } = await other.client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
      return rowCount;
    })
    .toBe(1);
  await other.client.query('rollback');
  expect(await sending).toMatchObject({ ok: true, value: { seq: 2 } });
  await node.close();
});

test('connections that died unnoticed make no request fail', async () => {
  const url = await createDatabase(inject('postgresUrl'));
  const { node, ada } = await withChannel(url);
  await using other = await connected(url);
  await other.client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`,
  );
  const results = await Promise.all([
    ...Array.from({ length: 20 }, () => node.store.isMember('c_1', ada.user)),
    sendHello(node, ada, crypto.randomUUID()),
  ]);
  expect(results.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => true));
  expect(results.at(-1)).toMatchObject({ ok: true });
  await node.close();
});

test('a node that stalls in the middle of a commit loses its locks', async () => {
  const url = await createDatabase(inject('postgresUrl'));
  const { node, ada } = await withChannel(url);
  const standing = new Connections({ url, max: 1, logger: nullLogger });
  const connection = await standing.acquire();
  await connection.runOnce('begin');
  await connection.runOnce(`select from channels where id = 'c_1' for no key update`);
  expect(await sendHello(node, ada, crypto.randomUUID())).toMatchObject({ ok: true, value: { seq: 2 } });
  await expect(connection.runOnce('commit')).rejects.toThrow();
  connection.release();
  await standing.close();
  await node.close();
});

test('waiting for a lock that is never released times out', async () => {
  const url = await createDatabase(inject('postgresUrl'));
  const { node, ada } = await withChannel(url);
  await using other = await connected(url);
  await other.client.query(LOCK);
  expect(await sendHello(node, ada, crypto.randomUUID())).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  await other.client.query('rollback');
  expect(await sendHello(node, ada, crypto.randomUUID())).toMatchObject({ ok: true, value: { seq: 2 } });
  await node.close();
});

test('a read-only database rejects commits, and still serves reads', async () => {
  const url = await createDatabase(inject('postgresUrl'));
  const { node, ada } = await withChannel(url);
  await using other = await connected(url);
  const { pathname } = new URL(url);
  await other.client.query(`alter database ${pathname.slice(1)} set default_transaction_read_only = on`);
  await other.client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`,
  );
  expect(await sendHello(node, ada, crypto.randomUUID())).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  await expect(node.store.probe()).rejects.toThrow(StoreUnavailable);
  expect(await node.store.isMember('c_1', ada.user)).toBe(true);
  await node.close();
});
