import { settle } from '@parley/testkit';
import { expect, test } from 'vitest';
import type { Store } from '#ports/store.ts';
import { chatFixture } from '#testing/chat-fixture.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A store in which a commit can be read before whoever made it hears that it is stored. */
function slowToSay() {
  let isSlow = false;
  let waiting: (() => void)[] = [];
  return {
    wrapStore: (store: Store): Store => ({
      ...store,
      async commit(scope, decide) {
        const result = await store.commit(scope, decide);
        if (isSlow) await new Promise<void>((resolve) => waiting.push(resolve));
        return result;
      },
    }),
    begin() {
      isSlow = true;
    },
    async end() {
      isSlow = false;
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve();
      await settle();
    },
  };
}

// Found by the fuzzer, seeds 2 and 3: a connection of Bob's came up between the commit and its news. The feed then began
// behind the news, which was late for Ada, and her connection was closed with 1012.
test('[PR1] [SD7] who connects while a direct message is being opened costs nobody else their connection', async () => {
  const slow = slowToSay();
  await using fixture = await chatFixture({ wrapStore: slow.wrapStore });
  const [ada, bob] = [fixture.addUser('Ada', 'owner'), fixture.addUser('Bob')];
  const adas = await fixture.connect(ada);
  await fixture.connect(bob, 'client-one');
  slow.begin();
  await adas.say({ type: 'send', ref: 1, to: bob.id, id: uuid(1), body: 'psst' });
  const bobs = await fixture.connect(bob, 'client-two');
  await slow.end();
  expect(adas.closedWith).toBeNull();
  expect(adas.of('channel')).toHaveLength(1);
  const joined = adas.of('joined').filter(({ channel }) => channel !== 'c_general');
  expect(joined.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(adas.of('message')).toMatchObject([{ seq: 3, message: { id: uuid(1) } }]);
  expect(bobs.closedWith).toBeNull();
  expect(bobs.of('ready')[0]?.channels).toMatchObject([{ kind: 'public' }, { kind: 'dm', lastSeq: 3 }]);
  expect(bobs.of('message')).toEqual([]);
});

test('[PR1] who connects while someone is added to a channel costs nobody else their connection', async () => {
  const slow = slowToSay();
  await using fixture = await chatFixture({ wrapStore: slow.wrapStore });
  const [ada, bob] = [fixture.addUser('Ada', 'owner'), fixture.addUser('Bob')];
  const actor = { user: ada.id, role: ada.role };
  const bobs = await fixture.connect(bob);
  const made = await fixture.chat.createChannel(actor, { name: 'plans', kind: 'private' });
  if (!made.ok) throw new Error(made.error.message);
  // A member of #general from here on, and gone again: nobody follows the channel.
  await (await fixture.connect(ada)).cut();
  slow.begin();
  const adding = fixture.chat.addMember(actor, made.value.id, bob.id);
  await settle();
  const adas = await fixture.connect(ada);
  await slow.end();
  await adding;
  expect(bobs.closedWith).toBeNull();
  expect(bobs.of('channel')).toHaveLength(1);
  expect(bobs.of('joined').filter(({ channel }) => channel === made.value.id)).toMatchObject([
    { seq: 2, user: bob.id },
  ]);
  expect(adas.of('ready')).toHaveLength(1);
});
