import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { collect, natsFixture, profile, suspended } from '#testing/nats-fixture.ts';

const TIMEOUT = { timeout: 15_000 };

test('nodes reconnect after a NATS outage, call their handlers, and drop the messages of the outage', async () => {
  await using fixture = await natsFixture();
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  const [mine, theirs] = [collect(here, 'nodes'), collect(there, 'nodes')];
  await fixture.settle(here, there);
  const returned = vi.fn<() => void>();
  const undo = there.onReconnect(() => expect.fail('this handler was removed'));
  there.onReconnect(returned);
  undo();

  await fixture.nats.kill('SIGKILL');
  await expect.poll(() => fixture.warnings.length, TIMEOUT).toBe(2);
  here.publish('nodes', profile('u_lost'));
  expect(mine).toEqual([profile('u_lost')]);
  expect(returned).not.toHaveBeenCalled();

  await fixture.nats.start();
  await expect.poll(() => returned.mock.calls.length, TIMEOUT).toBe(1);
  await expect
    .poll(async () => {
      here.publish('nodes', profile('u_back'));
      await fixture.settle(here, there);
      return theirs.length;
    }, TIMEOUT)
    .toBeGreaterThan(0);
  expect(theirs).not.toContainEqual(profile('u_lost'));
  expect(fixture.lost.get('away')).toBeGreaterThan(0);
});

test('a subscription made during a NATS outage is active when the reconnect handlers run', async () => {
  await using fixture = await natsFixture();
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  await fixture.nats.kill('SIGKILL');
  await expect.poll(() => fixture.warnings.length, TIMEOUT).toBe(2);
  const kept = collect(there, 'user.u_a');
  const ended = there.subscribe('user.u_b', () => expect.fail('this subscription has ended'));
  ended();
  const back = [here, there].map((bus) => new Promise<void>((resolve) => bus.onReconnect(resolve)));

  await fixture.nats.start();
  await Promise.all(back);
  here.publish('user.u_a', suspended('u_a'));
  here.publish('user.u_b', suspended('u_b'));
  await fixture.settle(here, there);
  expect(kept).toEqual([suspended('u_a')]);
});

test('a node that starts during a NATS outage works alone, logs that, and connects later', async () => {
  await using fixture = await natsFixture();
  await fixture.nats.stop();
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  const [mine, theirs] = [collect(here, 'nodes'), collect(there, 'nodes')];
  here.publish('nodes', profile('u_alone'));
  expect(mine).toEqual([profile('u_alone')]);
  expect(fixture.warnings).toHaveLength(2);

  const back = [here, there].map((bus) => new Promise<void>((resolve) => bus.onReconnect(resolve)));
  await fixture.nats.start();
  await Promise.all(back);
  here.publish('nodes', profile('u_together'));
  await fixture.settle(here, there);
  expect(theirs).toEqual([profile('u_together')]);
});

test('a NATS server that hangs is disconnected, with bounded buffers, and used again once it responds', async () => {
  await using fixture = await natsFixture();
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  const theirs = collect(there, 'channel.c_a');
  await fixture.settle(here, there);
  await fixture.nats.kill('SIGSTOP');

  const events = Array.from({ length: 40 }, (_, index) => message(index + 1, 10_000));
  for (let round = 0; round < 100; round += 1) {
    here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events });
  }
  expect(fixture.lost.get('congested')).toBeGreaterThan(50);
  await expect.poll(() => fixture.warnings.filter((text) => text.includes('NATS is away')), TIMEOUT).toHaveLength(2);

  await fixture.nats.kill('SIGCONT');
  await expect
    .poll(async () => {
      here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events: [message(1)] });
      await fixture.settle(here, there);
      return theirs.at(-1);
    }, TIMEOUT)
    .toEqual({ kind: 'committed', channel: 'c_a', events: [message(1)] });
});

test('a node that NATS disconnects as a slow consumer reconnects and calls its handlers', async () => {
  await using fixture = await natsFixture({ config: 'max_pending: 1MB' });
  await using path = await openProxy(fixture.nats.port);
  const [here, there] = await Promise.all([fixture.open(), fixture.open({ url: path.url })]);
  const theirs = collect(there, 'channel.c_a');
  await fixture.settle(here, there);
  const back = new Promise<void>((resolve) => there.onReconnect(resolve));

  path.pause();
  const events = Array.from({ length: 40 }, (_, index) => message(index + 1, 10_000));
  for (let round = 0; round < 40; round += 1) {
    here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events });
    await here.settled();
  }
  await expect.poll(() => fixture.nats.output(), TIMEOUT).toContain('Slow Consumer');
  path.resume();
  await back;

  here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events: [message(7)] });
  await fixture.settle(here, there);
  expect(theirs.at(-1)).toEqual({ kind: 'committed', channel: 'c_a', events: [message(7)] });
});

function message(seq: number, chars = 5) {
  const content = { id: '6f1c1f0e-9d5c-4d3c-8b43-4b7d7f3f6a11', body: 'x'.repeat(chars) };
  return { type: 'message', channel: 'c_a', seq, at: 5, by: 'u_a', message: content } as const;
}

/** A proxy to the server that can delay what the server sends. */
async function openProxy(port: number) {
  const servers = new Set<Socket>();
  let paused = false;
  const listener = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    servers.add(server);
    if (paused) server.pause();
    client.pipe(server);
    server.on('data', (chunk) => client.write(chunk));
    if (paused) server.pause();
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  return {
    url: `nats://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    pause() {
      paused = true;
      for (const server of servers) server.pause();
    },
    resume() {
      paused = false;
      for (const server of servers) server.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.destroy();
      listener.close();
    },
  };
}
