import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUS_ANSWER_MS } from '#limits.ts';
import type { ClientIdMessage } from '#ports/bus.ts';
import { natsWorld, type NatsWorld } from '#testing/nats-fixture.ts';
import type { NatsBus } from './nats-bus.ts';

let fixture: NatsWorld;
beforeAll(async () => {
  fixture = await natsWorld();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const TOPIC = 'client.one-of-adas';
const QUESTION = { kind: 'client-id-requested', clientId: 'one-of-adas', user: 'u_b', use: 'consume' } as const;
const ANSWER = { kind: 'client-id-held', clientId: 'one-of-adas', holder: 'u_a' } as const;

async function twoNodes(): Promise<readonly [NatsBus, NatsBus]> {
  const secret = `of one test, ${Math.random()} and no other`;
  return [await fixture.open({ secret }), await fixture.open({ secret })];
}

test('a question is answered by a node that listens', async () => {
  const [here, there] = await twoNodes();
  const asked: ClientIdMessage[] = [];
  there.subscribe(TOPIC, (message, answer) => {
    asked.push(message);
    answer(ANSWER);
  });
  await fixture.settle(here, there);
  expect(await here.request(TOPIC, QUESTION)).toEqual(ANSWER);
  expect(asked).toEqual([QUESTION]);
});

test('many questions at once are each answered with their own answer', async () => {
  const [here, there] = await twoNodes();
  const ids = Array.from({ length: 100 }, (_, n) => `client-number-${n}`);
  for (const clientId of ids) {
    there.subscribe(`client.${clientId}`, (_message, answer) => answer({ ...ANSWER, clientId }));
  }
  await fixture.settle(here, there);
  const jsonResponse = await Promise.all(
    ids.map((clientId) => here.request(`client.${clientId}`, { ...QUESTION, clientId })),
  );
  expect(jsonResponse).toEqual(ids.map((clientId) => ({ ...ANSWER, clientId })));
});

test(
  'that no other node listens is known without waiting, although this one does',
  async () => {
    const [here] = await twoNodes();
    here.subscribe(TOPIC, (_message, answer) => answer(ANSWER));
    await fixture.settle(here);
    // Waiting for each of them would take half a minute.
    for (let n = 0; n < 60; n += 1) expect(await here.request(TOPIC, QUESTION)).toBeNull();
  },
  60 * BUS_ANSWER_MS,
);

test('a node that does not answer is not waited for any longer than it may take', async () => {
  const [here, there] = await twoNodes();
  there.subscribe(TOPIC, () => undefined);
  await fixture.settle(here, there);
  expect(await here.request(TOPIC, QUESTION)).toBeNull();
});

test('while NATS is away there is no answer', async () => {
  await using own = await natsWorld();
  const here = await own.open();
  await own.nats.stop();
  await expect.poll(async () => here.request(TOPIC, QUESTION)).toBeNull();
});

test('the answer of a stranger counts for nothing', async () => {
  const [here] = await twoNodes();
  const stranger = await connect({ servers: fixture.nats.url });
  stranger.subscribe('parley.>', {
    callback: (_error, message) => void message.respond(JSON.stringify(ANSWER)),
  });
  await stranger.flush();
  const before = fixture.lost.get('foreign') ?? 0;
  expect(await here.request(TOPIC, QUESTION)).toBeNull();
  expect(fixture.lost.get('foreign')).toBe(before + 1);
  await stranger.close();
});
