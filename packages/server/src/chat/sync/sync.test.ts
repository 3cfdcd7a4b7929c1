import { ok, type ChannelId } from '@parley/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Actor } from '#kernel/actor.ts';
import type { Store } from '#ports/store.ts';
import { chatFixture, type ChatFixture } from '#testing/chat-fixture.ts';
import { GENERAL } from '../channels/general.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A store that counts the events that are read. */
function countingStore() {
  let read = 0;
  return {
    wrapStore: (store: Store): Store => ({
      ...store,
      async eventsForMember(member, after, limit) {
        const page = await store.eventsForMember(member, after, limit);
        read += page?.events.length ?? 0;
        return page;
      },
    }),
    /** The number since the last call. */
    read(): number {
      const before = read;
      read = 0;
      return before;
    },
  };
}

async function addMember(fixture: ChatFixture, name: string): Promise<Actor> {
  const { id: user, role } = fixture.addUser(name);
  await fixture.chat.joinGeneral(user);
  return { user, role };
}

async function seqsAfter(fixture: ChatFixture, actor: Actor, after: number): Promise<readonly number[]> {
  const reply = await fixture.chat.sync(actor, { channel: GENERAL, after });
  if (!reply.ok || reply.value.kind === 'reset') throw new Error('expected events');
  return reply.value.events.map(({ seq }) => seq);
}

test('events that many users sync are read once, and later syncs read only newer events', async () => {
  const store = countingStore();
  await using fixture = await chatFixture({ wrapStore: store.wrapStore });
  const [ada, bob] = [await addMember(fixture, 'Ada'), await addMember(fixture, 'Bob')];
  const sendMessage = (n: number) => fixture.chat.send(ada, { channel: GENERAL, id: uuid(n), body: `message ${n}` });
  for (let n = 1; n <= 5; n += 1) await sendMessage(n);
  expect(await seqsAfter(fixture, ada, 2)).toEqual([3, 4, 5, 6, 7]);
  expect(store.read()).toBe(5);
  expect(await seqsAfter(fixture, bob, 4)).toEqual([5, 6, 7]);
  expect(store.read()).toBe(0);
  await sendMessage(6);
  expect(await seqsAfter(fixture, bob, 6)).toEqual([7, 8]);
  expect(store.read()).toBe(1);
  expect(await seqsAfter(fixture, ada, 2)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(store.read()).toBe(0);
});

const number = fc.nat({ max: 6 });
const step = fc.oneof(
  fc.record({ do: fc.constant('send' as const), number, chars: fc.nat({ max: 9_000 }) }),
  fc.record({ do: fc.constant('edit' as const), number, chars: fc.nat({ max: 9_000 }) }),
  fc.record({ do: fc.constant('delete' as const), number }),
  fc.record({ do: fc.constant('sync' as const), after: fc.nat({ max: 12 }), limit: fc.integer({ min: 1, max: 30 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take({ chat, store }: ChatFixture, actor: Actor, step: Step): Promise<void> {
  const channel: ChannelId = GENERAL;
  switch (step.do) {
    case 'send':
      await chat.send(actor, { channel, id: uuid(step.number), body: 'x'.repeat(1 + step.chars) });
      return;
    case 'edit':
      await chat.edit(actor, { channel, id: uuid(step.number), body: 'y'.repeat(1 + step.chars) });
      return;
    case 'delete':
      await chat.delete(actor, { channel, id: uuid(step.number) });
      return;
    case 'sync': {
      const { after, limit } = step;
      const { events, lastSeq } = await store.eventsAfter(channel, after, limit);
      const reply = await chat.sync(actor, { channel, after, limit });
      const more = after + events.length < lastSeq;
      expect(reply).toEqual(ok(after > lastSeq ? { kind: 'reset' } : { kind: 'events', events, lastSeq, more }));
    }
  }
}

test('[SY1] [LG14] `sync` returns what the store has now, without deleted text, whatever is cached', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      await using fixture = await chatFixture();
      const ada = await addMember(fixture, 'Ada');
      for (const one of steps) await take(fixture, ada, one);
    }),
    { numRuns: 150 },
  );
});

test('[SY10] a reply from the cache has the same size limit', async () => {
  await using fixture = await chatFixture();
  const ada = await addMember(fixture, 'Ada');
  for (let n = 1; n <= 60; n += 1) {
    await fixture.chat.send(ada, { channel: GENERAL, id: uuid(n), body: 'x'.repeat(9_000) });
    const reply = await fixture.chat.sync(ada, { channel: GENERAL, after: 0 });
    expect(JSON.stringify(reply).length).toBeLessThan(201_000);
  }
});
