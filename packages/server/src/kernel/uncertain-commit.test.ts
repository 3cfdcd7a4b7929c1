import { CLOSE } from '@parley/protocol';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '#ports/store.ts';
import { chatFixture } from '#testing/chat-fixture.ts';
import { delayedAckStore } from '#testing/delayed-ack-store.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const GENERAL = 'c_general';

test('a user who became a member by an unacknowledged commit reconnects and gets the channel', async () => {
  for (const lost of [1, 2]) {
    const store = delayedAckStore();
    await using fixture = await chatFixture({ wrapStore: store.wrapStore });
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    const adas = await fixture.connect(ada);
    const bobs = await fixture.connect(bob);
    store.loseAcks(lost);
    await adas.send({ type: 'send', ref: 1, to: bob.id, id: uuid(1), body: 'hello' });
    expect([adas.closedWith, bobs.closedWith], `${lost} acknowledgements lost`).toEqual([
      CLOSE.restarting,
      CLOSE.restarting,
    ]);
    const back = await fixture.connect(bob);
    expect(back.of('ready')[0]?.channels).toMatchObject([{ id: GENERAL }, { kind: 'dm', lastSeq: 3, unread: 1 }]);
  }
});

test('a user who became a member by the second attempt only gets the channel without reconnecting', async () => {
  let failures = 0;
  await using fixture = await chatFixture({
    wrapStore: (store) => ({
      ...store,
      async commit(scope, decide) {
        failures -= 1;
        if (failures >= 0) throw new StoreUnavailable('unavailable');
        return store.commit(scope, decide);
      },
    }),
  });
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const [adas, bobs] = [await fixture.connect(ada), await fixture.connect(bob)];
  failures = 1;
  await adas.send({ type: 'send', ref: 1, to: bob.id, id: uuid(1), body: 'hello' });
  expect(bobs.of('channel')).toHaveLength(1);
  expect([adas.closedWith, bobs.closedWith]).toEqual([null, null]);
});

test('[PR3] [PR6] a cursor move whose reply was lost is sent when it is repeated', async () => {
  const store = delayedAckStore();
  await using fixture = await chatFixture({ wrapStore: store.wrapStore });
  const ada = fixture.addUser('Ada');
  const laptop = await fixture.connect(ada, 'laptop-of-ada');
  const phone = await fixture.connect(ada, 'phone-of-ada');
  store.loseAcks(2);
  await laptop.send({ type: 'read', ref: 1, channel: GENERAL, seq: 1 });
  expect(laptop.of('error')).toMatchObject([{ ref: 1, code: 'unavailable' }]);
  await laptop.send({ type: 'read', ref: 2, channel: GENERAL, seq: 1 });
  expect(phone.of('read')).toEqual([{ type: 'read', channel: GENERAL, seq: 1, unread: 0, mentions: 0, lastSeq: 1 }]);
});

test('[LG3] an event in `ready` is not sent again when its commit is acknowledged later', async () => {
  const store = delayedAckStore();
  await using fixture = await chatFixture({ wrapStore: store.wrapStore });
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const adas = await fixture.connect(ada);
  await fixture.connect(bob);
  store.delayAcks();
  await adas.send({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'hello' });
  const second = await fixture.connect(bob, 'second-of-bob');
  // Users who join a channel by that commit must be sent it first.
  expect(second.of('ready')).toEqual([]);
  await store.release();
  expect(second.of('ready')[0]?.channels).toMatchObject([{ lastSeq: 3 }]);
  expect(adas.of('ok')).toMatchObject([{ seq: 3 }]);
  expect(adas.of('message')).toHaveLength(1);
  expect(second.of('message')).toEqual([]);
});
