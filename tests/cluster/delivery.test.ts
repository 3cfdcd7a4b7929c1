import { randomUUID } from 'node:crypto';
import { createChannel } from '@parley/testkit/api-fixtures';
import { post, stored, type TestUser } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startClusterFixture, type ClusterFixture } from './fixture.ts';

let fixture: ClusterFixture;
let ada: TestUser;
let bob: TestUser;
let channel: string;

beforeAll(async () => {
  fixture = await startClusterFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(async () => {
  [ada, bob] = [await fixture.user(), await fixture.user()];
  channel = await createChannel([ada, bob]);
});

/** Connections of both users to both nodes. */
async function everywhere() {
  const [one, two] = fixture.nodes;
  return Promise.all([
    ada.connect(one.address),
    ada.connect(two.address),
    bob.connect(one.address),
    bob.connect(two.address),
  ]);
}

test('[LG1] users who send concurrently on different nodes receive one order without gaps', async () => {
  const clients = await everywhere();
  const [first, second] = [clients[0], clients[3]];
  await Promise.all(Array.from({ length: 100 }, (_, index) => post(index % 2 === 0 ? first : second, channel)));
  await Promise.all(clients.map((client) => client.settle()));
  const seen = clients.map((client) =>
    client.received('message', { channel }).map(({ seq, message }) => [seq, message.id]),
  );
  expect(seen[0]).toHaveLength(100);
  for (const other of seen) expect(other).toEqual(seen[0]);
  const seqs = seen[0]!.map(([seq]) => Number(seq));
  expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
});

test('[SD3] a send that is retried on the other node stores no second message', async () => {
  const [one, two] = await everywhere();
  const send = { type: 'send', channel, id: randomUUID(), body: 'once' };
  const [first, again] = [await stored(one, send), await stored(two, send)];
  expect(again.seq).toBe(first.seq);
  const replies = await Promise.all([one, two, one, two].map((client) => stored(client, { ...send, id: send.id })));
  expect(replies.map(({ seq }) => seq)).toEqual(Array.from({ length: 4 }, () => first.seq));
  await two.settle();
  expect(two.received('message', { channel })).toHaveLength(1);
});

test('edits, reactions, deletions and renames on one node are delivered on the other', async () => {
  const [one, , , bobs] = await everywhere();
  const { id } = await post(one, channel);
  await stored(one, { type: 'edit', channel, id, body: 'better' });
  await stored(bobs, { type: 'react', channel, id, emoji: '👍' });
  await stored(one, { type: 'delete', channel, id });
  expect((await ada.api('PATCH', `/channels/${channel}`, { topic: 'news' })).status).toBe(200);
  for (const client of [one, bobs]) {
    await client.waitFor('edited', { channel, body: 'better' });
    await client.waitFor('reacted', { channel, by: bob.id });
    await client.waitFor('deleted', { channel, id });
    await client.waitFor('renamed', { channel, topic: 'news' });
  }
});

test('[LG3] clients that connect to one node during a burst on the other miss no message of it', async () => {
  const [one, two] = fixture.nodes;
  const adas = await ada.connect(one.address);
  const sending = Promise.all(Array.from({ length: 300 }, (_, index) => post(adas, channel, `line ${index}`)));
  const latecomers = await Promise.all(Array.from({ length: 10 }, () => bob.connect(two.address)));
  const last = (await sending).at(-1)!;
  for (const client of latecomers) {
    await client.settle();
    const have = client.ready.channels.find(({ id }) => id === channel)!.lastSeq;
    const seqs = client.received('message', { channel }).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: last.seq - have }, (_, index) => have + 1 + index));
  }
});

test('a read on one node moves the cursor of a device on the other node', async () => {
  const [adas, , bobs, bobsPhone] = await everywhere();
  const { seq } = await post(adas, channel);
  await bobs.waitFor('message', { channel, seq });
  await bobs.ask({ type: 'read', channel, seq });
  await bobsPhone.waitFor('read', { channel, seq, unread: 0 });
});
