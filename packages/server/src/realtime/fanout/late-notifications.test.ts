import { settle } from '@parley/testkit';
import { expect, test } from 'vitest';
import { chatFixture } from '#testing/chat-fixture.ts';
import { delayedAckStore } from '#testing/delayed-ack-store.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

// Found by the fuzzer, seeds 2 and 3: Bob connected between the commit and its publication. The feed then started behind
// the commit, whose message was late for Ada, and her connection was closed with 1012.
test('[PR1] [SD7] a user who connects while a direct message is opened closes no other connection', async () => {
  const store = delayedAckStore();
  await using fixture = await chatFixture({ wrapStore: store.wrapStore });
  const [ada, bob] = [fixture.addUser('Ada', 'owner'), fixture.addUser('Bob')];
  const adas = await fixture.connect(ada);
  await fixture.connect(bob, 'client-one');
  store.delayAcks();
  await adas.send({ type: 'send', ref: 1, to: bob.id, id: uuid(1), body: 'psst' });
  const bobs = await fixture.connect(bob, 'client-two');
  await store.release();
  expect(adas.closedWith).toBeNull();
  expect(adas.of('channel')).toHaveLength(1);
  const joined = adas.of('joined').filter(({ channel }) => channel !== 'c_general');
  expect(joined.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(adas.of('message')).toMatchObject([{ seq: 3, message: { id: uuid(1) } }]);
  expect(bobs.closedWith).toBeNull();
  expect(bobs.of('ready')[0]?.channels).toMatchObject([{ kind: 'public' }, { kind: 'dm', lastSeq: 3 }]);
  expect(bobs.of('message')).toEqual([]);
});

test('[PR1] a user who connects while a member is added to a channel closes no other connection', async () => {
  const store = delayedAckStore();
  await using fixture = await chatFixture({ wrapStore: store.wrapStore });
  const [ada, bob] = [fixture.addUser('Ada', 'owner'), fixture.addUser('Bob')];
  const actor = { user: ada.id, role: ada.role };
  const bobs = await fixture.connect(bob);
  const made = await fixture.chat.createChannel(actor, { name: 'plans', kind: 'private' });
  if (!made.ok) throw new Error(made.error.message);
  // Ada is a member of #general from here on, and offline: the feed does not follow the channel.
  await (await fixture.connect(ada)).disconnect();
  store.delayAcks();
  const adding = fixture.chat.addMember(actor, made.value.id, bob.id);
  await settle();
  const adas = await fixture.connect(ada);
  await store.release();
  await adding;
  expect(bobs.closedWith).toBeNull();
  expect(bobs.of('channel')).toHaveLength(1);
  expect(bobs.of('joined').filter(({ channel }) => channel === made.value.id)).toMatchObject([
    { seq: 2, user: bob.id },
  ]);
  expect(adas.of('ready')).toHaveLength(1);
});
