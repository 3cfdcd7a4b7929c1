import { post, stored, type TestUser } from '@parley/testkit/server-fixture';
import { expect, test as base } from 'vitest';
import { withTwoMembers } from './two-members.ts';

const test = withTwoMembers(base).extend('seenBy', ({ channel }) => async (user: TestUser) => {
  const client = await user.connect();
  const summary = client.ready.channels.find(({ id }) => id === channel)!;
  await client.close();
  return summary;
});

test('[CM8] [PR3] [HS21] a read moves the cursor and notifies only the other devices of the user', async ({
  bob,
  channel,
  adas,
  bobs,
  bobsPhone,
  seenBy,
}) => {
  const { seq } = await post(adas, channel);
  await post(adas, channel, `@${bob.handle}`);
  expect(await bobs.ask({ type: 'read', channel, seq })).toMatchObject({ type: 'ok' });
  expect(await bobsPhone.waitFor('read', { channel })).toEqual({
    type: 'read',
    channel,
    seq,
    unread: 1,
    mentions: 1,
    lastSeq: seq + 1,
  });
  expect(await seenBy(bob)).toMatchObject({ readSeq: seq, unread: 1, mentions: 1 });
  await Promise.all([adas.settle(), bobs.settle()]);
  expect(bobs.received('read')).toHaveLength(0);
  expect(adas.received('read')).toHaveLength(0);
});

test('[CM8] a read of an older position changes nothing and notifies nobody', async ({
  bob,
  channel,
  adas,
  bobs,
  bobsPhone,
  seenBy,
}) => {
  const { seq } = await post(adas, channel);
  await bobs.ask({ type: 'read', channel, seq });
  await bobsPhone.waitFor('read', { seq });
  for (const older of [seq - 1, 1, 0]) {
    expect(await bobs.ask({ type: 'read', channel, seq: older })).toMatchObject({ type: 'ok' });
  }
  await bobsPhone.settle();
  expect(bobsPhone.received('read')).toHaveLength(1);
  expect(await seenBy(bob)).toMatchObject({ readSeq: seq });
});

test('[PR3] a repeated read of the same position notifies again, because the first notification may be lost', async ({
  channel,
  adas,
  bobs,
  bobsPhone,
}) => {
  const { seq } = await post(adas, channel);
  await bobs.ask({ type: 'read', channel, seq });
  await bobs.ask({ type: 'read', channel, seq });
  await bobsPhone.settle();
  const notification = { type: 'read', channel, seq, unread: 0, mentions: 0, lastSeq: seq };
  expect(bobsPhone.received('read')).toEqual([notification, notification]);
});

test('[CM8] a read beyond the head moves the cursor to the head only', async ({
  bob,
  channel,
  adas,
  bobs,
  bobsPhone,
  seenBy,
}) => {
  const { seq } = await post(adas, channel);
  expect(await bobs.ask({ type: 'read', channel, seq: Number.MAX_SAFE_INTEGER })).toMatchObject({ type: 'ok' });
  expect(await bobsPhone.waitFor('read', { channel })).toMatchObject({ seq, unread: 0 });
  await post(adas, channel);
  expect(await seenBy(bob)).toMatchObject({ readSeq: seq, unread: 1 });
});

test('[CM9] unread counts the messages of others after the cursor, including deleted ones', async ({
  ada,
  bob,
  channel,
  adas,
  bobs,
  seenBy,
}) => {
  await post(bobs, channel);
  const one = await post(adas, channel, `@${bob.handle}`);
  const two = await post(adas, channel, 'plain');
  await stored(adas, { type: 'edit', channel, id: two.id, body: 'edited' });
  await stored(adas, { type: 'react', channel, id: two.id, emoji: '👍' });
  expect(await seenBy(bob)).toMatchObject({ unread: 2, mentions: 1 });
  await stored(adas, { type: 'delete', channel, id: two.id });
  expect(await seenBy(bob)).toMatchObject({ unread: 2 });
  await bobs.ask({ type: 'read', channel, seq: one.seq });
  expect(await seenBy(bob)).toMatchObject({ unread: 1, mentions: 0 });
  await bobs.ask({ type: 'read', channel, seq: two.seq });
  expect(await seenBy(bob)).toMatchObject({ unread: 0, mentions: 0 });
  expect(await seenBy(ada)).toMatchObject({ unread: 1 });
});

test('[CM9] a new member has no unread messages from before the join', async ({
  fixture,
  ada,
  channel,
  adas,
  seenBy,
}) => {
  await post(adas, channel);
  const eve = await fixture.user();
  await ada.api('POST', `/channels/${channel}/members`, { user: eve.id });
  expect(await seenBy(eve)).toMatchObject({ unread: 0, mentions: 0 });
  await post(adas, channel, `@${eve.handle}`);
  expect(await seenBy(eve)).toMatchObject({ unread: 1, mentions: 1 });
});

test('[CM9] unread and mention counts stop at 1,000', async ({ ada, bob, channel, seenBy }) => {
  const voices = await Promise.all(Array.from({ length: 3 }, () => ada.connect()));
  for (const [index, count] of [340, 340, 340].entries()) {
    await Promise.all(Array.from({ length: count }, () => post(voices[index]!, channel, `@${bob.handle}`)));
  }
  expect(await seenBy(bob)).toMatchObject({ unread: 1_000, mentions: 1_000 });
});

test('[CM8] concurrent reads on two devices leave the cursor at the further position', async ({
  bob,
  channel,
  adas,
  bobs,
  bobsPhone,
  seenBy,
}) => {
  const seqs: number[] = [];
  for (let times = 0; times < 5; times += 1) seqs.push((await post(adas, channel)).seq);
  await Promise.all(
    seqs.toReversed().map((seq, index) => [bobs, bobsPhone][index % 2]!.ask({ type: 'read', channel, seq })),
  );
  expect(await seenBy(bob)).toMatchObject({ readSeq: seqs.at(-1), unread: 0 });
});
