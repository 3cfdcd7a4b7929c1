import { CLOSE, MAX_BODY_CHARS } from '@parley/protocol';
import { settle } from '@parley/testkit';
import { expect, test } from 'vitest';
import { MAX_SEND_QUEUE_BYTES } from '#limits.ts';
import type { Store } from '#ports/store.ts';
import { chatFixture, type ChatFixture } from '#testing/chat-fixture.ts';
import { delayedAckStore } from '#testing/delayed-ack-store.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const GENERAL = 'c_general';

type Query = 'channelIdsOf' | 'summariesOf' | 'isMember' | 'eventsForMember' | 'heads';

/** A store whose replies to some queries arrive late: they are outdated by then. */
function lateStore() {
  let late: readonly Query[] = [];
  let waiting: (() => void)[] = [];
  const delayed =
    <A extends readonly unknown[], T>(query: Query, run: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const reply = await run(...args);
      if (late.includes(query)) await new Promise<void>((resolve) => waiting.push(resolve));
      return reply;
    };
  return {
    wrapStore: (store: Store): Store => ({
      ...store,
      channelIdsOf: delayed('channelIdsOf', (user) => store.channelIdsOf(user)),
      summariesOf: delayed('summariesOf', (user) => store.summariesOf(user)),
      isMember: delayed('isMember', (channel, user) => store.isMember(channel, user)),
      eventsForMember: delayed('eventsForMember', (member, after, limit) =>
        store.eventsForMember(member, after, limit),
      ),
      heads: delayed('heads', (channels) => store.heads(channels)),
    }),
    delay(...queries: readonly Query[]) {
      late = queries;
    },
    async arrive() {
      late = [];
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve();
      await settle();
    },
  };
}

/** Ada's private channel, in which Bob and Eve are too. */
async function setUp(fixture: ChatFixture) {
  const [ada, bob, eve] = [fixture.addUser('Ada', 'owner'), fixture.addUser('Bob'), fixture.addUser('Eve')];
  const actor = { user: ada.id, role: ada.role };
  const adas = await fixture.connect(ada);
  const made = await fixture.chat.createChannel(actor, { name: 'plans', kind: 'private' });
  if (!made.ok) throw new Error(made.error.message);
  const channel = made.value.id;
  for (const user of [bob, eve]) await fixture.chat.addMember(actor, channel, user.id);
  const eves = await fixture.connect(eve);
  const sendSecret = (n: number) => adas.send({ type: 'send', ref: n, channel, id: uuid(n), body: `secret ${n}` });
  const removeBob = () => fixture.chat.removeMember(actor, channel, bob.id);
  return { bob, eves, channel, sendSecret, removeBob };
}

for (const query of ['channelIdsOf', 'summariesOf'] as const) {
  test(`[LG4] a user who is removed while connecting gets nothing of the channel (${query} is late)`, async () => {
    const store = lateStore();
    await using fixture = await chatFixture({ wrapStore: store.wrapStore });
    const { bob, eves, sendSecret, removeBob } = await setUp(fixture);
    store.delay(query);
    const bobs = await fixture.connect(bob);
    await removeBob();
    await sendSecret(1);
    await store.arrive();
    await sendSecret(2);
    expect(eves.of('message')).toHaveLength(2);
    expect(JSON.stringify(bobs.frames)).not.toContain('secret');
    const back = await fixture.connect(bob);
    await sendSecret(3);
    expect(back.of('ready')[0]?.channels).toMatchObject([{ id: GENERAL }]);
    expect(back.of('message')).toEqual([]);
  });
}

test('a user who is added to a channel together with a connecting user stays connected', async () => {
  const [reads, commits] = [lateStore(), delayedAckStore()];
  await using fixture = await chatFixture({ wrapStore: (store) => reads.wrapStore(commits.wrapStore(store)) });
  const [ada, bob, eve] = [fixture.addUser('Ada', 'owner'), fixture.addUser('Bob'), fixture.addUser('Eve')];
  const [actor, eves] = [{ user: ada.id, role: ada.role }, await fixture.connect(eve)];
  await fixture.connect(bob, 'welcomed');
  const made = await fixture.chat.createChannel(actor, { name: 'plans', kind: 'private' });
  if (!made.ok) throw new Error(made.error.message);
  reads.delay('channelIdsOf');
  const bobs = await fixture.connect(bob);
  commits.delayAcks();
  const adding = [bob, eve].map(({ id }) => fixture.chat.addMember(actor, made.value.id, id));
  await settle();
  await reads.arrive();
  await commits.release();
  await Promise.all(adding);
  await settle();
  expect(eves.closedWith).toBeNull();
  expect(eves.of('channel')).toMatchObject([{ channel: { name: 'plans' } }]);
  expect(bobs.of('ready')[0]?.channels).toMatchObject([{ name: 'general' }, { name: 'plans' }]);
});

test('[PR2] a user who is removed during a query gets no message sent after the removal', async () => {
  const store = lateStore();
  await using fixture = await chatFixture({ wrapStore: store.wrapStore });
  const { bob, channel, sendSecret, removeBob } = await setUp(fixture);
  const bobs = await fixture.connect(bob);
  store.delay('isMember', 'eventsForMember');
  await bobs.send({ type: 'sync', ref: 1, channel, after: 0 });
  await bobs.send({ type: 'history', ref: 2, channel });
  await removeBob();
  await sendSecret(1);
  await store.arrive();
  expect(bobs.of('error')).toMatchObject([
    { ref: 1, code: 'not_found' },
    { ref: 2, code: 'not_found' },
  ]);
  expect(JSON.stringify(bobs.frames)).not.toContain('secret');
});

test('[LV3] a pong has no head of a channel that was left during the read', async () => {
  const store = lateStore();
  await using fixture = await chatFixture({ wrapStore: store.wrapStore });
  const { bob, removeBob } = await setUp(fixture);
  const bobs = await fixture.connect(bob);
  store.delay('heads');
  await bobs.send({ type: 'ping', ref: 1 });
  await removeBob();
  await store.arrive();
  expect(Object.keys(bobs.of('pong')[0]?.heads ?? {})).toEqual([GENERAL]);
});

test('[CL11] a connection whose session ended during the handshake is closed before `ready`', async () => {
  for (const [state, code] of [
    ['ended', CLOSE.sessionEnded],
    ['suspended', CLOSE.suspended],
  ] as const) {
    await using fixture = await chatFixture({ recheck: () => state });
    const device = await fixture.connect(fixture.addUser('Ada'));
    expect([device.closedWith, device.frames]).toEqual([code, []]);
  }
});

test('[LM4] the buffer before `ready` is bounded like the send queue', async () => {
  const store = lateStore();
  await using fixture = await chatFixture({ wrapStore: store.wrapStore });
  const adas = await fixture.connect(fixture.addUser('Ada'));
  store.delay('summariesOf');
  const bobs = await fixture.connect(fixture.addUser('Bob'));
  const body = 'x'.repeat(MAX_BODY_CHARS);
  const fitting = Math.floor((MAX_SEND_QUEUE_BYTES / MAX_BODY_CHARS) * 0.9);
  for (let n = 0; n < fitting; n += 1) {
    await adas.send({ type: 'send', ref: n + 1, channel: GENERAL, id: uuid(n), body });
  }
  expect(bobs.closedWith).toBeNull();
  for (let n = fitting; n < 1.2 * fitting; n += 1) {
    await adas.send({ type: 'send', ref: n + 1, channel: GENERAL, id: uuid(n), body });
  }
  expect(bobs.closedWith).toBe(CLOSE.tooSlow);
});

// Found by the simulation, seed 1224: the store took seconds to return the channels, and the socket stayed that long.
test('[CL11] a session that ended during the handshake closes its socket without waiting for the store', async () => {
  const store = lateStore();
  await using fixture = await chatFixture({ wrapStore: store.wrapStore, recheck: () => 'ended' });
  store.delay('channelIdsOf');
  const device = await fixture.connect(fixture.addUser('Ada'));
  expect(device.closedWith).toBe(CLOSE.sessionEnded);
  await store.arrive();
  expect(device.frames).toEqual([]);
});

// Found by the simulation, seed 20443.
test('[TY5] typing before `ready` is refused to a stranger and accepted from a member', async () => {
  const store = lateStore();
  await using fixture = await chatFixture({ wrapStore: store.wrapStore });
  const { bob, channel } = await setUp(fixture);
  const stranger = fixture.addUser('Sam');
  store.delay('channelIdsOf');
  const [bobs, sams] = [await fixture.connect(bob), await fixture.connect(stranger)];
  for (const device of [bobs, sams]) await device.send({ type: 'typing', ref: 1, channel, on: true });
  await store.arrive();
  expect(bobs.of('error')).toEqual([]);
  expect(sams.of('error')).toMatchObject([{ ref: 1, code: 'not_found' }]);
});
