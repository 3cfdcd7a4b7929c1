import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { hear, natsWorld, profile, suspended } from '#testing/nats-fixture.ts';

const PATIENCE = { timeout: 15_000 };

test('NATS goes and comes back: nodes find each other again, are told so, and nothing is kept for later', async () => {
  await using fixture = await natsWorld();
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  const [mine, theirs] = [hear(here, 'nodes'), hear(there, 'nodes')];
  await fixture.settle(here, there);
  const returned = vi.fn<() => void>();
  const undo = there.onReconnect(() => expect.fail('this one does not want to know any more'));
  there.onReconnect(returned);
  undo();

  await fixture.nats.kill('SIGKILL');
  await expect.poll(() => fixture.complaints.length, PATIENCE).toBe(2);
  here.publish('nodes', profile('u_lost'));
  expect(mine).toEqual([profile('u_lost')]);
  expect(returned).not.toHaveBeenCalled();

  await fixture.nats.start();
  await expect.poll(() => returned.mock.calls.length, PATIENCE).toBe(1);
  await expect
    .poll(async () => {
      here.publish('nodes', profile('u_back'));
      await fixture.settle(here, there);
      return theirs.length;
    }, PATIENCE)
    .toBeGreaterThan(0);
  expect(theirs).not.toContainEqual(profile('u_lost'));
  expect(fixture.lost.get('away')).toBeGreaterThan(0);
});

test('a subscription made while NATS is away is in force when the return is told', async () => {
  await using fixture = await natsWorld();
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  await fixture.nats.kill('SIGKILL');
  await expect.poll(() => fixture.complaints.length, PATIENCE).toBe(2);
  const kept = hear(there, 'user.u_a');
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

test('a node that starts while NATS is away works alone, says so, and finds the others later', async () => {
  await using fixture = await natsWorld();
  await fixture.nats.stop();
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  const [mine, theirs] = [hear(here, 'nodes'), hear(there, 'nodes')];
  here.publish('nodes', profile('u_alone'));
  expect(mine).toEqual([profile('u_alone')]);
  expect(fixture.complaints).toHaveLength(2);

  const back = [here, there].map((bus) => new Promise<void>((resolve) => bus.onReconnect(resolve)));
  await fixture.nats.start();
  await Promise.all(back);
  here.publish('nodes', profile('u_together'));
  await fixture.settle(here, there);
  expect(theirs).toEqual([profile('u_together')]);
});

test('a NATS server that hangs is given up, what waits for it has a bound, and it is welcome again', async () => {
  await using fixture = await natsWorld();
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  const theirs = hear(there, 'channel.c_a');
  await fixture.settle(here, there);
  await fixture.nats.kill('SIGSTOP');

  const events = Array.from({ length: 40 }, (_, index) => message(index + 1, 10_000));
  for (let round = 0; round < 100; round += 1) {
    here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events });
  }
  expect(fixture.lost.get('congested')).toBeGreaterThan(50);
  await expect.poll(() => fixture.complaints.filter((text) => text.includes('NATS is away')), PATIENCE).toHaveLength(2);

  await fixture.nats.kill('SIGCONT');
  await expect
    .poll(async () => {
      here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events: [message(1)] });
      await fixture.settle(here, there);
      return theirs.at(-1);
    }, PATIENCE)
    .toEqual({ kind: 'committed', channel: 'c_a', events: [message(1)] });
});

test('a node that NATS cuts off, because it reads too slowly, comes back and is told so', async () => {
  await using fixture = await natsWorld({ config: 'max_pending: 1MB' });
  await using path = await openPath(fixture.nats.port);
  const [here, there] = await Promise.all([fixture.open(), fixture.open({ url: path.url })]);
  const theirs = hear(there, 'channel.c_a');
  await fixture.settle(here, there);
  const back = new Promise<void>((resolve) => there.onReconnect(resolve));

  path.hold();
  const events = Array.from({ length: 40 }, (_, index) => message(index + 1, 10_000));
  for (let round = 0; round < 40; round += 1) {
    here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events });
    await here.settled();
  }
  await expect.poll(() => fixture.nats.output(), PATIENCE).toContain('Slow Consumer');
  path.letGo();
  await back;

  here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events: [message(7)] });
  await fixture.settle(here, there);
  expect(theirs.at(-1)).toEqual({ kind: 'committed', channel: 'c_a', events: [message(7)] });
});

function message(seq: number, chars = 5) {
  const content = { id: '6f1c1f0e-9d5c-4d3c-8b43-4b7d7f3f6a11', body: 'x'.repeat(chars) };
  return { type: 'message', channel: 'c_a', seq, at: 5, by: 'u_a', message: content } as const;
}

/** A way to the server on which what it says can be held up. */
async function openPath(port: number) {
  const servers = new Set<Socket>();
  let held = false;
  const listener = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    servers.add(server);
    if (held) server.pause();
    client.pipe(server);
    server.on('data', (chunk) => client.write(chunk));
    if (held) server.pause();
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
    hold() {
      held = true;
      for (const server of servers) server.pause();
    },
    letGo() {
      held = false;
      for (const server of servers) server.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.destroy();
      listener.close();
    },
  };
}
