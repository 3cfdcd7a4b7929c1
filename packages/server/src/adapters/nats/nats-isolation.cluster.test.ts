import { connect } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { collect, natsFixture, profile, suspended, type NatsFixture } from '#testing/nats-fixture.ts';
import { createMessageMac } from './message-mac.ts';
import type { NatsBus } from './nats-bus.ts';

const SECRET = 'a secret that the nodes share';

test('a node subscribes once to each topic that has local subscribers, and to nothing else', async () => {
  await using fixture = await natsFixture();
  const bus = await fixture.open();
  const undos = (['channel.c_a', 'channel.c_a', 'user.u_a'] as const).map((topic) =>
    bus.subscribe(topic, () => undefined),
  );
  await bus.settled();
  expect(await subjects(fixture)).toEqual(['channel.c_a', 'user.u_a']);
  undos[0]?.();
  undos[2]?.();
  await bus.settled();
  expect(await subjects(fixture)).toEqual(['channel.c_a']);
  undos[1]?.();
  undos[1]?.();
  await bus.settled();
  expect(await subjects(fixture)).toEqual([]);
});

test('a message of another program reaches nobody, whatever it contains', async () => {
  await using fixture = await natsFixture();
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  const [mine, theirs] = [collect(there, 'user.u_a'), collect(there, 'user.u_b')];
  await fixture.settle(here, there);
  const mac = createMessageMac(SECRET);
  const [subject, other] = [`parley.${mac.installation}.user.u_a`, `parley.${mac.installation}.user.u_b`];
  const json = Buffer.from(JSON.stringify({ kind: 'suspended', user: 'u_a' }));
  const stranger = await connect({ servers: fixture.nats.url.slice('nats://'.length) });

  const foreign = [
    '',
    'x',
    'garbage '.repeat(20),
    json,
    createMessageMac('another secret').sign(subject, json),
    mac.sign(other, json),
  ];
  for (const data of foreign) stranger.publish(subject, data);
  await stranger.flush();
  await there.settled();
  expect(fixture.lost.get('foreign')).toBe(foreign.length);
  expect(fixture.warnings).toHaveLength(1);

  here.publish('user.u_a', suspended('u_a'));
  await fixture.settle(here, there);
  expect([mine, theirs]).toEqual([[suspended('u_a')], []]);
  await stranger.close();
});

test('a message with an unknown format, or about another user than its topic, is ignored', async () => {
  await using fixture = await natsFixture();
  const there = await fixture.open();
  const mine = collect(there, 'user.u_a');
  await there.settled();
  const mac = createMessageMac(SECRET);
  const subject = `parley.${mac.installation}.user.u_a`;
  const node = await connect({ servers: fixture.nats.url.slice('nats://'.length) });
  const malformed = [
    'no json',
    'null',
    '{"kind":"constructor","user":"u_a"}',
    '{"kind":"from the future","user":"u_a"}',
    '{"kind":"suspended"}',
    '{"kind":"suspended","user":"u_b"}',
    '{"kind":"cursor","user":"u_a","channel":"c_a","seq":-1,"unread":0,"mentions":0,"from":null}',
  ];
  for (const text of malformed) node.publish(subject, mac.sign(subject, Buffer.from(text)));
  node.publish(subject, mac.sign(subject, Buffer.from('{"kind":"suspended","user":"u_a","more":"than we know"}')));
  await node.flush();
  await there.settled();
  expect(fixture.lost.get('malformed')).toBe(malformed.length);
  expect(mine).toEqual([{ kind: 'suspended', user: 'u_a' }]);
  await node.close();
});

test('two installations on one NATS server do not receive each other’s messages', async () => {
  await using fixture = await natsFixture();
  const [here, there] = [await fixture.open({ secret: 'one' }), await fixture.open({ secret: 'two' })];
  const theirs = collect(there, 'nodes');
  await fixture.settle(here, there);
  here.publish('nodes', profile('u_a'));
  await fixture.settle(here, there);
  expect(theirs).toEqual([]);
  expect(fixture.lost).toEqual(new Map());
});

test('a run of events that is too large for one message arrives as several, in order', async () => {
  await using fixture = await natsFixture({ config: 'max_payload: 65536' });
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  const theirs = collect(there, 'channel.c_a');
  await fixture.settle(here, there);
  const bodies = Array.from({ length: 50 }, (_, index) => 'ü'.repeat(index * 100));
  const events = bodies.map((body, index) => eventOf(index + 1, body));
  here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events });
  await fixture.settle(here, there);
  expect(theirs.length).toBeGreaterThan(1);
  expect(theirs.flatMap((message) => (message.kind === 'committed' ? message.events : []))).toEqual(events);

  here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events: [eventOf(51, 'x'.repeat(70_000))] });
  expect(fixture.lost).toEqual(new Map([['too-large', 1]]));
});

test('a message whose id is not valid in a subject stays on its node', async () => {
  await using fixture = await natsFixture();
  const [here, there] = await Promise.all([fixture.open(), fixture.open()]);
  const [mine, theirs] = [collect(here, 'user.> *'), collect(there, 'user.u_a')];
  here.publish('user.> *', suspended('> *'));
  await fixture.settle(here, there);
  expect([mine, theirs]).toEqual([[suspended('> *')], []]);
  expect(await subjects(fixture)).toEqual(['user.u_a']);
});

test('the credentials in the address are used, and never logged', async () => {
  await using fixture = await natsFixture({ config: 'authorization { user: "par ley", password: "hunter2/" }' });
  const host = `127.0.0.1:${fixture.nats.port}`;
  const known = await fixture.open({ url: `nats://par%20ley:hunter2%2F@${host}` });
  await expectConnected(fixture, known);
  expect(fixture.warnings).toEqual([]);

  const refused = await fixture.open({ url: `nats://par%20ley:hunter3@${host}` });
  expect(collect(refused, 'nodes')).toEqual([]);
  expect(fixture.warnings.join()).toContain('Authorization Violation');
  expect(fixture.warnings.join()).not.toContain('hunter');
});

test('a permission that NATS denies is logged', async () => {
  const permissions = '{ publish: "parley.>", subscribe: "elsewhere.>" }';
  await using fixture = await natsFixture({
    config: `authorization { users: [{ token: t, permissions: ${permissions} }] }`.replace(
      'token: t',
      'user: u, password: p',
    ),
  });
  const bus = await fixture.open({ url: `nats://u:p@127.0.0.1:${fixture.nats.port}` });
  collect(bus, 'nodes');
  await expect.poll(() => fixture.warnings.join()).toContain('parley.>');
});

test('a tls:// address never connects without TLS', async () => {
  await using fixture = await natsFixture();
  await fixture.open({ url: `tls://127.0.0.1:${fixture.nats.port}` });
  expect(fixture.warnings.join()).toContain("does not support 'tls'");
});

async function expectConnected(fixture: NatsFixture, bus: NatsBus): Promise<void> {
  collect(bus, 'nodes');
  await bus.settled();
  expect(await subjects(fixture)).toEqual(['nodes']);
}

/** The subscriptions of our nodes, as the NATS server reports them, without `parley.<installation>.`. */
async function subjects(fixture: NatsFixture): Promise<string[]> {
  const { connections } = (await fixture.nats.monitor('/connz?subs=1')) as {
    readonly connections: readonly { readonly subscriptions_list?: readonly string[] }[];
  };
  const all = connections.flatMap(({ subscriptions_list: list = [] }) => list);
  return all.map((subject) => subject.split('.').slice(2).join('.')).toSorted();
}

function eventOf(seq: number, body: string) {
  const content = { id: '6f1c1f0e-9d5c-4d3c-8b43-4b7d7f3f6a11', body };
  return { type: 'message', channel: 'c_a', seq, at: 5, by: 'u_a', message: content } as const;
}
