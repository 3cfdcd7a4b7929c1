import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createChannel } from '@parley/testkit/api-fixtures';
import { post, startFixture, stored } from '@parley/testkit/server-fixture';
import { expect, test } from 'vitest';

/** The server waits twice for a database that another program has locked: this only ends a test that hangs. */
const HANG = { timeout: 100_000 };

test(
  '[ER2] [HT31] a command that can’t be stored is refused, and the health check fails',
  { timeout: 300_000 },
  async () => {
    await using fixture = await startFixture();
    const ada = await fixture.user();
    const channel = await createChannel([ada]);
    const client = await ada.connect();
    await post(client, channel, 'before');
    const command = { type: 'send', channel, id: randomUUID(), body: 'meanwhile' };

    const locker = new DatabaseSync(join(fixture.server.dataFolder, 'parley.db'));
    locker.exec('BEGIN IMMEDIATE');
    client.send({ ...command, ref: 900 });
    // Reads still work.
    expect(await client.ask({ type: 'history', channel })).toMatchObject({ messages: [{ body: 'before' }] });
    await expect.poll(() => client.received('error', { ref: 900, code: 'unavailable' }), HANG).toHaveLength(1);
    await expect.poll(async () => (await fixture.request('GET', '/healthz')).status, HANG).toBe(503);
    expect(client.received('ok', { ref: 900 })).toHaveLength(0);
    locker.exec('ROLLBACK');
    locker.close();

    await expect.poll(async () => (await fixture.request('GET', '/healthz')).status, HANG).toBe(200);
    const { seq } = await stored(client, command);
    expect(await stored(client, command)).toMatchObject({ seq });
    expect(client.received('message', { message: { id: command.id } })).toHaveLength(1);
    expect(await client.ask({ type: 'sync', channel, after: 0 })).toMatchObject({ lastSeq: seq });
  },
);

test('[CL7] a server whose database thread ends exits too, so that a supervisor restarts it', async () => {
  await using fixture = await startFixture({ NODE_OPTIONS: `--import=${encodeURI(THREADS_THAT_CAN_END)}` });
  const ada = await fixture.user();
  const channel = await createChannel([ada]);
  const client = await ada.connect();
  await post(client, channel, 'before');
  const ended = fixture.server.ended();
  fixture.server.signal('SIGUSR2');
  expect((await client.closed).code).toBe(1012);
  expect(await ended).toBe(1);
  expect(fixture.server.output()).toContain('the database has ended by itself');
  await fixture.server.restart();
  expect(await (await ada.connect()).ask({ type: 'history', channel })).toMatchObject({
    messages: [{ body: 'before' }],
  });
});

/** A module that ends the threads of a server on a signal: no client can do that. */
const THREADS_THAT_CAN_END = `data:text/javascript,
  import { syncBuiltinESMExports } from 'node:module';
  import threads from 'node:worker_threads';
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      process.on("SIGUSR2", () => this.terminate());
    }
  };
  syncBuiltinESMExports();`;
