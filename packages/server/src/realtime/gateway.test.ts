import { CLOSE, PING_MS, TYPING_REPEAT_MS } from '@parley/protocol';
import { expect, test } from 'vitest';
import {
  COMMAND_RATE,
  FLOOD_RATE,
  MAX_SEND_QUEUE_BYTES,
  MAX_TYPISTS_PER_CHANNEL,
  PRESENCE_LINGER_MS,
} from '#limits.ts';
import { StoreUnavailable, type Store } from '#ports/store.ts';
import { chatFixture } from '#testing/chat-fixture.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const GENERAL = 'c_general';

test('typing reaches every other connection of the channel, never the one that types', async () => {
  await using fixture = await chatFixture();
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const laptop = await fixture.connect(ada, 'laptop-of-ada');
  const phone = await fixture.connect(ada, 'phone-of-ada');
  const bobs = await fixture.connect(bob);
  await laptop.send({ type: 'typing', channel: GENERAL, on: true });
  expect(bobs.of('typing')).toEqual([{ type: 'typing', channel: GENERAL, user: ada.id, on: true }]);
  expect(phone.of('typing')).toHaveLength(1);
  expect(laptop.of('typing')).toEqual([]);
});

test('typing stops for the others when the connection closes', async () => {
  await using fixture = await chatFixture();
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const adas = await fixture.connect(ada);
  const bobs = await fixture.connect(bob);
  await adas.send({ type: 'typing', channel: GENERAL, on: true });
  await adas.disconnect();
  expect(bobs.of('typing').map(({ on }) => on)).toEqual([true, false]);
});

test('a user who types on two devices types until both have stopped', async () => {
  await using fixture = await chatFixture();
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const laptop = await fixture.connect(ada, 'laptop-of-ada');
  const phone = await fixture.connect(ada, 'phone-of-ada');
  const bobs = await fixture.connect(bob);
  await laptop.send({ type: 'typing', channel: GENERAL, on: true });
  await phone.send({ type: 'typing', channel: GENERAL, on: true });
  await laptop.send({ type: 'typing', channel: GENERAL, on: false });
  expect(bobs.of('typing').at(-1)?.on).toBe(true);
  await phone.send({ type: 'typing', channel: GENERAL, on: false });
  expect(bobs.of('typing').at(-1)?.on).toBe(false);
});

test('too frequent repeats of typing are dropped, timely ones are sent', async () => {
  await using fixture = await chatFixture();
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const adas = await fixture.connect(ada);
  const bobs = await fixture.connect(bob);
  for (let n = 0; n < 10; n += 1) await adas.send({ type: 'typing', channel: GENERAL, on: true });
  expect(bobs.of('typing')).toHaveLength(1);
  await fixture.clock.advance(TYPING_REPEAT_MS);
  await adas.send({ type: 'typing', channel: GENERAL, on: true });
  expect(bobs.of('typing')).toHaveLength(2);
});

test('the number of typists sent per channel is limited in a crowd', async () => {
  await using fixture = await chatFixture();
  const reader = await fixture.connect(fixture.addUser('Reader'));
  for (let n = 0; n < 3 * MAX_TYPISTS_PER_CHANNEL; n += 1) {
    const typist = await fixture.connect(fixture.addUser(`Typist${n}`));
    await typist.send({ type: 'typing', channel: GENERAL, on: true });
  }
  expect(reader.of('typing')).toHaveLength(MAX_TYPISTS_PER_CHANNEL);
});

test('a second connection with the clientId supersedes the first', async () => {
  await using fixture = await chatFixture();
  const ada = fixture.addUser('Ada');
  const first = await fixture.connect(ada, 'same-client');
  const other = await fixture.connect(ada, 'other-client');
  const second = await fixture.connect(ada, 'same-client');
  expect([first.closedWith, other.closedWith, second.closedWith]).toEqual([CLOSE.superseded, null, null]);
  await second.send({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'still here' });
  expect(second.of('ok')).toHaveLength(1);
  expect(first.of('message')).toEqual([]);
});

test('a silent connection is pinged and then closed, and any frame keeps it open', async () => {
  await using fixture = await chatFixture();
  const silent = await fixture.connect(fixture.addUser('Silent'));
  const alive = await fixture.connect(fixture.addUser('Alive'));
  for (let second = 0; second < (2 * PING_MS) / 1000 + 2; second += 1) {
    await fixture.clock.advance(1_000);
    alive.noteActivity();
  }
  expect(silent.closedWith).toBe(CLOSE.silent);
  expect(alive.closedWith).toBeNull();
});

test('a clock that jumps by an hour closes no connection', async () => {
  await using fixture = await chatFixture();
  const device = await fixture.connect(fixture.addUser('Ada'));
  for (const jump of [3_600_000, -7_200_000]) {
    fixture.clock.jump(jump);
    await fixture.clock.advance(2_000);
  }
  expect(device.closedWith).toBeNull();
});

test('a client that does not read is closed as too slow, without effect on the others', async () => {
  await using fixture = await chatFixture();
  const ada = await fixture.connect(fixture.addUser('Ada'));
  const slow = await fixture.connect(fixture.addUser('Slow'));
  slow.bufferedBytes = 2 * MAX_SEND_QUEUE_BYTES;
  await ada.send({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'hello' });
  expect(slow.closedWith).toBe(CLOSE.tooSlow);
  expect(ada.of('ok')).toHaveLength(1);
});

test('too many commands are refused with a retry time, and a flood closes the connection', async () => {
  await using fixture = await chatFixture({ rateLimits: true });
  const device = await fixture.connect(fixture.addUser('Ada'));
  for (let n = 0; n < COMMAND_RATE.burst + 1; n += 1) void device.sendRaw('{"type":"ping","ref":1}');
  await fixture.clock.advance(0);
  expect(device.of('error')).toMatchObject([{ code: 'rate_limited', ref: 1 }]);
  expect(device.of('error')[0]?.retryAfterMs).toBeGreaterThan(0);
  for (let n = 0; n < FLOOD_RATE.burst; n += 1) device.noteActivity();
  expect(device.closedWith).toBe(CLOSE.flooding);
});

test('an unavailable store refuses a message with an error and acknowledges nothing', async () => {
  let isDown = false;
  const wrapStore = (store: Store): Store => ({
    ...store,
    commit: (scope, decide) =>
      isDown ? Promise.reject(new StoreUnavailable('disk full')) : store.commit(scope, decide),
  });
  await using fixture = await chatFixture({ wrapStore });
  const device = await fixture.connect(fixture.addUser('Ada'));
  isDown = true;
  await device.send({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'lost?' });
  expect(device.of('ok')).toEqual([]);
  expect(device.of('error')).toMatchObject([{ ref: 1, code: 'unavailable' }]);
  isDown = false;
  await device.send({ type: 'send', ref: 2, channel: GENERAL, id: uuid(1), body: 'lost?' });
  expect(device.of('ok')).toMatchObject([{ ref: 2 }]);
  expect(device.of('message')).toHaveLength(1);
});

test('a commit whose acknowledgement was lost is acknowledged, stored once and published', async () => {
  let loseAck = false;
  const wrapStore = (store: Store): Store => ({
    ...store,
    async commit(scope, decide) {
      const result = await store.commit(scope, decide);
      if (!loseAck) return result;
      loseAck = false;
      throw new StoreUnavailable('the acknowledgement was lost');
    },
  });
  await using fixture = await chatFixture({ wrapStore });
  const adas = await fixture.connect(fixture.addUser('Ada'));
  const bobs = await fixture.connect(fixture.addUser('Bob'));
  loseAck = true;
  await adas.send({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'once' });
  await fixture.clock.advance(1_000);
  expect(adas.of('ok')).toHaveLength(1);
  expect(adas.of('message')).toHaveLength(1);
  expect(bobs.of('message')).toHaveLength(1);
});

test('a draining server replies to the commands in flight and starts no others', async () => {
  const { promise: delay, resolve: endDelay } = Promise.withResolvers<void>();
  let isSlow = false;
  const wrapStore = (inner: Store): Store => ({
    ...inner,
    async commit(scope, decide) {
      const result = await inner.commit(scope, decide);
      if (isSlow) await delay;
      return result;
    },
  });
  await using fixture = await chatFixture({ wrapStore });
  const device = await fixture.connect(fixture.addUser('Ada'));
  isSlow = true;
  await device.send({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'begun' });
  let isFinished = false;
  const finished = fixture.core.gateway.drain().then(() => (isFinished = true));
  await device.send({ type: 'send', ref: 2, channel: GENERAL, id: uuid(2), body: 'too late' });
  expect(isFinished).toBe(false);
  endDelay();
  await finished;
  fixture.core.gateway.closeAll(CLOSE.restarting, 'restarting');
  expect(device.of('ok')).toMatchObject([{ ref: 1 }]);
  expect(device.of('error')).toEqual([]);
  const { events } = await fixture.store.eventsAfter(GENERAL, 0, 100);
  expect(events.filter(({ type }) => type === 'message')).toHaveLength(1);
});

test('a server without commands in flight drains immediately', async () => {
  await using fixture = await chatFixture();
  await fixture.connect(fixture.addUser('Ada'));
  await fixture.core.gateway.drain();
});

test('partners in a direct message are sent who comes online and goes offline; a reload is not going offline', async () => {
  await using fixture = await chatFixture();
  const [ada, bob, eve] = [fixture.addUser('Ada'), fixture.addUser('Bob'), fixture.addUser('Eve')];
  const adas = await fixture.connect(ada);
  const eves = await fixture.connect(eve);
  const bobs = await fixture.connect(bob);
  await adas.send({ type: 'send', to: bob.id, id: uuid(1), body: 'hi' });
  expect(adas.of('presence')).toContainEqual({ type: 'presence', user: bob.id, state: 'online' });
  await bobs.disconnect();
  const again = await fixture.connect(bob);
  await fixture.clock.advance(PRESENCE_LINGER_MS * 2);
  expect(again.of('ready')[0]?.online).toEqual([ada.id]);
  expect(adas.of('presence').map(({ state }) => state)).not.toContain('offline');
  await again.disconnect();
  await fixture.clock.advance(PRESENCE_LINGER_MS);
  expect(adas.of('presence').at(-1)).toEqual({ type: 'presence', user: bob.id, state: 'offline' });
  expect(eves.of('presence')).toEqual([]);
});

test.each([
  ['not JSON', '{"type":'],
  ['an array', '[]'],
  ['an unknown command', '{"type":"nope","ref":1}'],
  ['an object where a string belongs', '{"type":"send","ref":1,"channel":{},"id":[],"body":{}}'],
  ['a prototype', '{"type":"ping","ref":1,"__proto__":{"admin":true}}'],
  ['very deep', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
])('a frame that is %s is refused and the connection stays open', async (_name, text) => {
  await using fixture = await chatFixture();
  const device = await fixture.connect(fixture.addUser('Ada'));
  await device.sendRaw(text);
  expect(device.of('error')).toMatchObject([{ code: 'bad_request' }]);
  await device.send({ type: 'ping', ref: 2 });
  expect(device.of('pong')).toHaveLength(1);
});
