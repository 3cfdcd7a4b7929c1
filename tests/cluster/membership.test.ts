import { canary, makeChannel, post, stored } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClusterFixture, type ClusterFixture } from './fixture.ts';

let fixture: ClusterFixture;

beforeAll(async () => {
  fixture = await startClusterFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

test('someone added on one node hears the channel on the other', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob] = [await fixture.person(), await fixture.person()];
  const [adas, bobs] = [await ada.connect(one.here), await bob.connect(two.here)];
  const channel = await makeChannel([ada]);
  expect((await ada.api('POST', `/channels/${channel}/members`, { user: bob.id })).status).toBeLessThan(300);
  await bobs.hears('channel', { channel: { id: channel } });
  const { seq } = await post(adas, channel, 'welcome');
  await bobs.hears('message', { channel, seq });
});

test('someone removed on one node is told on the other, and hears nothing of it from then on', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob, cid] = [await fixture.person(), await fixture.person(), await fixture.person()];
  const channel = await makeChannel([ada, bob, cid]);
  const [adas, bobs, cids] = [await ada.connect(one.here), await bob.connect(two.here), await cid.connect(two.here)];
  await post(adas, channel, 'for all');
  await bobs.hears('message', { channel });
  expect((await ada.api('DELETE', `/channels/${channel}/members/${bob.id}`)).status).toBe(204);
  await bobs.hears('removed', { channel });

  const secret = canary();
  const { id } = await post(adas, channel, secret);
  adas.say({ type: 'typing', channel, on: true });
  await stored(cids, { type: 'react', channel, id, emoji: '🎉' });
  await cids.hears('message', { message: { body: secret } });
  await bobs.settle();
  expect(bobs.texts.join()).not.toContain(secret);
  expect(bobs.heard('typing')).toEqual([]);
  expect(bobs.heard('reacted', { channel })).toEqual([]);
  for (const node of [one, two]) {
    const again = await bob.connect(node.here);
    expect(await again.ask({ type: 'sync', channel, after: 0 })).toMatchObject({ type: 'error', code: 'not_found' });
    expect(again.texts.join()).not.toContain(secret);
  }
});

test('a first direct message reaches someone on another node', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob] = [await fixture.person(), await fixture.person()];
  const [adas, bobs] = [await ada.connect(one.here), await bob.connect(two.here)];
  const { channel } = await stored(adas, { type: 'send', to: bob.id, id: crypto.randomUUID(), body: 'hello Bob' });
  expect(channel).toBeDefined();
  await bobs.hears('channel', { channel: { kind: 'dm' } });
  await bobs.hears('message', { message: { body: 'hello Bob' } });
});
