import { createChannel } from '@parley/testkit/api-fixtures';
import { stored, type TestUser } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClusterFixture, typeUntilReceived, type ClusterFixture } from './fixture.ts';

let fixture: ClusterFixture;

beforeAll(async () => {
  fixture = await startClusterFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function createPair(): Promise<[TestUser, TestUser]> {
  return [await fixture.user(), await fixture.user()];
}

test('[TY1] typing on one node is sent on the other, and never back to the typist', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob] = await createPair();
  const channel = await createChannel([ada, bob]);
  const [adas, bobs] = [await ada.connect(one.address), await bob.connect(two.address)];
  await typeUntilReceived(adas, bobs, channel);
  await bobs.waitFor('typing', { channel, user: ada.id, on: true });
  adas.send({ type: 'typing', channel, on: false });
  await bobs.waitFor('typing', { channel, user: ada.id, on: false });
  await adas.settle();
  expect(adas.received('typing')).toEqual([]);
});

test('a closed connection stops typing on the other node', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob] = await createPair();
  const channel = await createChannel([ada, bob]);
  const [adas, bobs] = [await ada.connect(one.address), await bob.connect(two.address)];
  await typeUntilReceived(adas, bobs, channel);
  await adas.close();
  await bobs.waitFor('typing', { channel, user: ada.id, on: false });
});

test('[PR5] direct message partners on different nodes see each other’s presence', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob] = await createPair();
  const adas = await ada.connect(one.address);
  await stored(adas, { type: 'send', to: bob.id, id: crypto.randomUUID(), body: 'hello' });
  const bobs = await bob.connect(two.address);
  // The presence of a user on another node may arrive shortly after `ready`.
  const seesAda = () =>
    (bobs.ready.online ?? []).includes(ada.id) || bobs.received('presence', { user: ada.id }).length > 0;
  await expect.poll(seesAda).toBe(true);
  await adas.waitFor('presence', { user: bob.id, state: 'online' });
  // A user with a connection to any node is online.
  const bobsPhone = await bob.connect(one.address);
  await bobs.close();
  await bobsPhone.settle();
  await bobsPhone.close();
  await adas.waitFor('presence', { user: bob.id, state: 'offline' });
  expect(adas.received('presence', { user: bob.id }).map(({ state }) => state)).toEqual(['online', 'offline']);
});
