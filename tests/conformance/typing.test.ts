import { setTimeout as sleep } from 'node:timers/promises';
import { createChannel } from '@parley/testkit/api-fixtures';
import { post, stored } from '@parley/testkit/server-fixture';
import { expect, test as base } from 'vitest';
import { withTwoMembers } from './two-members.ts';

const test = withTwoMembers(base).extend('typing', ({ channel }) => (on: boolean) => ({ type: 'typing', channel, on }));

test('[TY1] typing is sent to every other connection in the channel, including the typist’s other device', async ({
  ada,
  channel,
  adas,
  adasPhone,
  bobs,
  typing,
}) => {
  adas.send(typing(true));
  const started = { type: 'typing', channel, user: ada.id, on: true };
  expect(await bobs.waitFor('typing')).toEqual(started);
  expect(await adasPhone.waitFor('typing')).toEqual(started);
  adas.send(typing(false));
  expect(await bobs.waitFor('typing', { on: false })).toEqual({ ...started, on: false });
  await adasPhone.waitFor('typing', { on: false });
  await adas.settle();
  expect(adas.received('typing')).toHaveLength(0);
});

test('[TY1] typing right before a message is never sent back to the typist', async ({ channel, adas, typing }) => {
  for (let round = 0; round < 20; round += 1) {
    adas.send(typing(round % 2 === 0));
    await post(adas, channel);
  }
  await adas.settle();
  expect(adas.received('typing')).toHaveLength(0);
  expect(adas.received('message')).toHaveLength(20);
});

test('[TY1] [LG4] typing is not sent to non-members, and theirs is refused', async ({
  fixture,
  adas,
  bobs,
  typing,
}) => {
  const eve = await fixture.user();
  const eves = await eve.connect();
  adas.send(typing(true));
  await bobs.waitFor('typing');
  await eves.settle();
  expect(eves.received('typing')).toHaveLength(0);
  eves.send(typing(true));
  await eves.waitFor('error', { code: 'not_found' });
  await bobs.settle();
  expect(bobs.received('typing', { user: eve.id })).toHaveLength(0);
});

test('[TY2] repeats that are too fast are dropped, and repeats at the protocol’s interval are sent', async ({
  adas,
  bobs,
  typing,
}) => {
  for (let times = 0; times < 50; times += 1) adas.send(typing(true));
  await adas.settle();
  await bobs.settle();
  expect(bobs.received('typing')).toHaveLength(1);
  await sleep(3_000);
  adas.send(typing(true));
  await adas.settle();
  await bobs.settle();
  expect(bobs.received('typing', { on: true })).toHaveLength(2);
});

test('[TY2] a stop without typing before is not sent', async ({ adas, bobs, typing }) => {
  for (let times = 0; times < 10; times += 1) adas.send(typing(false));
  await adas.settle();
  await bobs.settle();
  expect(bobs.received('typing')).toHaveLength(0);
});

test('[TY3] a closed connection stops typing', async ({ ada, channel, adas, bobs, typing }) => {
  adas.send(typing(true));
  await bobs.waitFor('typing', { on: true });
  await adas.close();
  expect(await bobs.waitFor('typing', { on: false })).toMatchObject({ channel, user: ada.id });
});

test('[TY3] a user who types on two devices stops when the last one disconnects', async ({
  adas,
  adasPhone,
  bobs,
  typing,
}) => {
  adas.send(typing(true));
  adasPhone.send(typing(true));
  await adas.settle();
  await adasPhone.settle();
  await adas.close();
  await bobs.settle();
  expect(bobs.received('typing', { on: false })).toHaveLength(0);
  await adasPhone.close();
  await bobs.waitFor('typing', { on: false });
});

test('[TY4] typing is not stored: it has no seq and is in no reply', async ({ bob, channel, adas, bobs, typing }) => {
  const { seq } = await post(adas, channel);
  adas.send(typing(true));
  await bobs.waitFor('typing');
  expect(await bobs.ask({ type: 'sync', channel, after: 0 })).toMatchObject({ lastSeq: seq });
  expect(JSON.stringify(await bobs.ask({ type: 'history', channel }))).not.toContain('typing');
  const late = await bob.connect();
  await late.settle();
  expect(late.received('typing')).toHaveLength(0);
  expect(await stored(adas, { type: 'react', channel, id: (await post(adas, channel)).id, emoji: '👍' })).toMatchObject(
    {
      seq: seq + 2,
    },
  );
});

test('[TY5] typing gets a reply only when it is refused', async ({ channel, adas, typing }) => {
  adas.send({ ...typing(true), ref: 500 });
  await adas.settle();
  expect(adas.frames.filter((frame) => 'ref' in frame && frame.ref === 500)).toHaveLength(0);
  expect(await adas.ask({ type: 'typing', channel: 'c_nowhere', on: true })).toMatchObject({ code: 'not_found' });
  expect(await adas.ask({ type: 'typing', channel, on: 'yes' })).toMatchObject({ code: 'bad_request' });
});

test('[TY1] a removed member neither sends nor receives typing', async ({
  ada,
  bob,
  channel,
  adas,
  adasPhone,
  bobs,
  typing,
}) => {
  bobs.send(typing(true));
  await adas.waitFor('typing', { user: bob.id });
  await ada.api('DELETE', `/channels/${channel}/members/${bob.id}`);
  await bobs.waitFor('removed', { channel });
  adas.send(typing(true));
  await adasPhone.waitFor('typing', { user: ada.id });
  await bobs.settle();
  expect(bobs.received('typing')).toHaveLength(0);
  const before = adas.received('typing', { user: bob.id, on: true }).length;
  expect(await bobs.ask(typing(true))).toMatchObject({ type: 'error', code: 'not_found' });
  await adas.settle();
  expect(adas.received('typing', { user: bob.id, on: true })).toHaveLength(before);
});

test('[LM12] at most ten users of a channel are shown as typing', async ({ fixture, ada }) => {
  const crowd = await Promise.all(Array.from({ length: 12 }, () => fixture.user()));
  const hall = await createChannel([ada, ...crowd]);
  const voices = await Promise.all(crowd.map((user) => user.connect()));
  const watcher = await ada.connect();
  for (const voice of voices) {
    voice.send({ type: 'typing', channel: hall, on: true });
    await voice.settle();
  }
  await watcher.settle();
  expect(watcher.received('typing', { channel: hall, on: true })).toHaveLength(10);
});
