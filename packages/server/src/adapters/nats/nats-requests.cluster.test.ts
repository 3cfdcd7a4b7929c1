import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUS_REPLY_TIMEOUT_MS } from '#limits.ts';
import type { ClientIdMessage } from '#ports/bus.ts';
import { natsFixture, type NatsFixture } from '#testing/nats-fixture.ts';
import type { NatsBus } from './nats-bus.ts';

let fixture: NatsFixture;
beforeAll(async () => {
  fixture = await natsFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const TOPIC = 'client.one-of-adas';
const REQUEST = { kind: 'client-id-requested', clientId: 'one-of-adas', user: 'u_b', use: 'consume' } as const;
const REPLY = { kind: 'client-id-held', clientId: 'one-of-adas', holder: 'u_a' } as const;

async function twoNodes(): Promise<readonly [NatsBus, NatsBus]> {
  const secret = `of one test, ${Math.random()} and no other`;
  return [await fixture.open({ secret }), await fixture.open({ secret })];
}

test('a subscriber on another node replies to a request', async () => {
  const [here, there] = await twoNodes();
  const requests: ClientIdMessage[] = [];
  there.subscribe(TOPIC, (message, answer) => {
    requests.push(message);
    answer(REPLY);
  });
  await fixture.settle(here, there);
  expect(await here.request(TOPIC, REQUEST)).toEqual(REPLY);
  expect(requests).toEqual([REQUEST]);
});

test('many concurrent requests each get their own reply', async () => {
  const [here, there] = await twoNodes();
  const ids = Array.from({ length: 100 }, (_, n) => `client-number-${n}`);
  for (const clientId of ids) {
    there.subscribe(`client.${clientId}`, (_message, answer) => answer({ ...REPLY, clientId }));
  }
  await fixture.settle(here, there);
  const replies = await Promise.all(
    ids.map((clientId) => here.request(`client.${clientId}`, { ...REQUEST, clientId })),
  );
  expect(replies).toEqual(ids.map((clientId) => ({ ...REPLY, clientId })));
});

test(
  'a request without a subscriber on another node resolves without waiting for the timeout',
  async () => {
    const [here] = await twoNodes();
    here.subscribe(TOPIC, (_message, answer) => answer(REPLY));
    await fixture.settle(here);
    // Waiting for the timeout of each would take half a minute.
    for (let n = 0; n < 60; n += 1) expect(await here.request(TOPIC, REQUEST)).toBeNull();
  },
  60 * BUS_REPLY_TIMEOUT_MS,
);

test('a request without a reply times out', async () => {
  const [here, there] = await twoNodes();
  there.subscribe(TOPIC, () => undefined);
  await fixture.settle(here, there);
  expect(await here.request(TOPIC, REQUEST)).toBeNull();
});

test('a request during a NATS outage resolves with null', async () => {
  await using own = await natsFixture();
  const here = await own.open();
  await own.nats.stop();
  await expect.poll(async () => here.request(TOPIC, REQUEST)).toBeNull();
});

test('a reply of another program is ignored', async () => {
  const [here] = await twoNodes();
  const stranger = await connect({ servers: fixture.nats.url });
  stranger.subscribe('parley.>', {
    callback: (_error, message) => void message.respond(JSON.stringify(REPLY)),
  });
  await stranger.flush();
  const before = fixture.lost.get('foreign') ?? 0;
  expect(await here.request(TOPIC, REQUEST)).toBeNull();
  expect(fixture.lost.get('foreign')).toBe(before + 1);
  await stranger.close();
});
