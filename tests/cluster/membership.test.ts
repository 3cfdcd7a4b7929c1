import { createChannel } from '@parley/testkit/api-fixtures';
import { canary, post, stored } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClusterFixture, type ClusterFixture } from './fixture.ts';

let fixture: ClusterFixture;

beforeAll(async () => {
  fixture = await startClusterFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

test('a user added on one node receives the channel on the other', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob] = [await fixture.user(), await fixture.user()];
  const [adas, bobs] = [await ada.connect(one.address), await bob.connect(two.address)];
  const channel = await createChannel([ada]);
  expect((await ada.api('POST', `/channels/${channel}/members`, { user: bob.id })).status).toBeLessThan(300);
  await bobs.waitFor('channel', { channel: { id: channel } });
  const { seq } = await post(adas, channel, 'welcome');
  await bobs.waitFor('message', { channel, seq });
});

test('a member removed on one node is notified on the other and receives nothing more of the channel', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob, cid] = [await fixture.user(), await fixture.user(), await fixture.user()];
  const channel = await createChannel([ada, bob, cid]);
  const [adas, bobs, cids] = [
    await ada.connect(one.address),
    await bob.connect(two.address),
    await cid.connect(two.address),
  ];
  await post(adas, channel, 'for all');
  await bobs.waitFor('message', { channel });
  expect((await ada.api('DELETE', `/channels/${channel}/members/${bob.id}`)).status).toBe(204);
  await bobs.waitFor('removed', { channel });

  const secret = canary();
  const { id } = await post(adas, channel, secret);
  adas.send({ type: 'typing', channel, on: true });
  await stored(cids, { type: 'react', channel, id, emoji: '🎉' });
  await cids.waitFor('message', { message: { body: secret } });
  await bobs.settle();
  expect(bobs.texts.join()).not.toContain(secret);
  expect(bobs.received('typing')).toEqual([]);
  expect(bobs.received('reacted', { channel })).toEqual([]);
  for (const node of [one, two]) {
    const again = await bob.connect(node.address);
    expect(await again.ask({ type: 'sync', channel, after: 0 })).toMatchObject({ type: 'error', code: 'not_found' });
    expect(again.texts.join()).not.toContain(secret);
  }
});

test('a first direct message is delivered on another node', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob] = [await fixture.user(), await fixture.user()];
  const [adas, bobs] = [await ada.connect(one.address), await bob.connect(two.address)];
  const { channel } = await stored(adas, { type: 'send', to: bob.id, id: crypto.randomUUID(), body: 'hello Bob' });
  expect(channel).toBeDefined();
  await bobs.waitFor('channel', { channel: { kind: 'dm' } });
  await bobs.waitFor('message', { message: { body: 'hello Bob' } });
});
