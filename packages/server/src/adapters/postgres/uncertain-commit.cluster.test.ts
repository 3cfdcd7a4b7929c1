import { createDatabase } from '@parley/testkit/postgres-server';
import { expect, inject, test } from 'vitest';
import { createChannel } from '#chat/channels/create-channel.ts';
import { send } from '#chat/messages/send.ts';
import { EMPTY_SCOPE, message, NOTHING } from '#ports/store-contract/fixture.ts';
import { StoreUnavailable } from '#ports/store.ts';
import { openCommitThief, type Interception } from '#testing/commit-interceptor.ts';
import { openNode } from '#testing/postgres-node.ts';

/** A node that reaches its database through a thief of commits. */
async function robbedNode() {
  const thief = await openCommitThief(await createDatabase(inject('postgresUrl')));
  const node = await openNode(thief.url);
  const ada = await node.actor('Ada');
  await node.append(createChannel(ada, 'c_1', { kind: 'private', name: 'one' }));
  return {
    thief,
    node,
    ada,
    async [Symbol.asyncDispose]() {
      await node.close();
      await thief[Symbol.asyncDispose]();
    },
  };
}

const STORED: readonly (readonly [Interception, boolean])[] = [
  ['the answer', true],
  ['the question', false],
];

test.each(STORED)('a commit that was robbed of %s is never called a success', async (theft, isStored) => {
  await using fixture = await robbedNode();
  const { store } = fixture.node;
  fixture.thief.planned.push(theft);
  let asked = 0;
  const commit = store.commit({ ...EMPTY_SCOPE, channels: ['c_1'] }, () => {
    asked += 1;
    const event = { ...message(fixture.ada.user, { body: 'hello' }), channel: 'c_1', seq: 2, at: 1 };
    return { ...NOTHING, events: [event] };
  });
  await expect(commit).rejects.toThrow(StoreUnavailable);
  expect(asked).toBe(1);
  expect((await store.eventsAfter('c_1', 1, 10)).events).toHaveLength(isStored ? 1 : 0);
});

test.each(STORED)('[SD3] a send whose commit was robbed of %s answers as if nothing had been', async (theft) => {
  await using fixture = await robbedNode();
  const { node, ada, thief } = fixture;
  for (const seq of [2, 3, 4]) {
    thief.planned.push(theft);
    const sent = await node.append(send(ada, { channel: 'c_1', id: crypto.randomUUID(), body: 'hello' }));
    expect(sent).toMatchObject({ ok: true, value: { seq } });
  }
  expect((await node.store.eventsAfter('c_1', 0, 10)).events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

test('a commit that nobody answers is given up, and the channel is free again', async () => {
  await using fixture = await robbedNode();
  const { node, ada, thief } = fixture;
  thief.planned.push('everything, silently');
  const say = () => node.append(send(ada, { channel: 'c_1', id: crypto.randomUUID(), body: 'hello' }));
  expect(await say()).toMatchObject({ ok: true, value: { seq: 2 } });
  expect(await say()).toMatchObject({ ok: true, value: { seq: 3 } });
});
