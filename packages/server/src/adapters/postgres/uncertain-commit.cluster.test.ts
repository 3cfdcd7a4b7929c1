import { createDatabase } from '@parley/testkit/postgres-server';
import { expect, inject, test } from 'vitest';
import { createChannel } from '#chat/channels/create-channel.ts';
import { send } from '#chat/messages/send.ts';
import { EMPTY_SCOPE, message, NOTHING } from '#ports/store-contract/fixture.ts';
import { StoreUnavailable } from '#ports/store.ts';
import { openCommitInterceptor, type Interception } from '#testing/commit-interceptor.ts';
import { openNode } from '#testing/postgres-node.ts';

/** A node that connects to its database through an interceptor. */
async function interceptedNode() {
  const interceptor = await openCommitInterceptor(await createDatabase(inject('postgresUrl')));
  const node = await openNode(interceptor.url);
  const ada = await node.actor('Ada');
  await node.append(createChannel(ada, 'c_1', { kind: 'private', name: 'one' }));
  return {
    interceptor,
    node,
    ada,
    async [Symbol.asyncDispose]() {
      await node.close();
      await interceptor[Symbol.asyncDispose]();
    },
  };
}

const STORED: readonly (readonly [Interception, boolean])[] = [
  ['a lost response', true],
  ['a lost request', false],
];

test.each(STORED)('a commit with %s is never reported as a success', async (interception, isStored) => {
  await using fixture = await interceptedNode();
  const { store } = fixture.node;
  fixture.interceptor.planned.push(interception);
  let decisions = 0;
  const commit = store.commit({ ...EMPTY_SCOPE, channels: ['c_1'] }, () => {
    decisions += 1;
    const event = { ...message(fixture.ada.user, { body: 'hello' }), channel: 'c_1', seq: 2, at: 1 };
    return { ...NOTHING, events: [event] };
  });
  await expect(commit).rejects.toThrow(StoreUnavailable);
  expect(decisions).toBe(1);
  expect((await store.eventsAfter('c_1', 1, 10)).events).toHaveLength(isStored ? 1 : 0);
});

test.each(STORED)('[SD3] a send whose commit had %s gets the same response as without it', async (interception) => {
  await using fixture = await interceptedNode();
  const { node, ada, interceptor } = fixture;
  for (const seq of [2, 3, 4]) {
    interceptor.planned.push(interception);
    const sent = await node.append(send(ada, { channel: 'c_1', id: crypto.randomUUID(), body: 'hello' }));
    expect(sent).toMatchObject({ ok: true, value: { seq } });
  }
  expect((await node.store.eventsAfter('c_1', 0, 10)).events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

test('a commit without a response times out, and releases its lock on the channel', async () => {
  await using fixture = await interceptedNode();
  const { node, ada, interceptor } = fixture;
  interceptor.planned.push('a stalled connection');
  const sendHello = () => node.append(send(ada, { channel: 'c_1', id: crypto.randomUUID(), body: 'hello' }));
  expect(await sendHello()).toMatchObject({ ok: true, value: { seq: 2 } });
  expect(await sendHello()).toMatchObject({ ok: true, value: { seq: 3 } });
});
