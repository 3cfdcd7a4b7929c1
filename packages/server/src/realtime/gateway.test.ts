import { CLOSE, PING_MS, TYPING_REPEAT_MS } from '@parley/protocol';
import { expect, test } from 'vitest';
import {
  COMMAND_RATE,
  FLOOD_RATE,
  MAX_OUT_BUFFER_BYTES,
  MAX_TYPISTS_PER_CHANNEL,
  PRESENCE_LINGER_MS,
} from '#limits.ts';
import { StoreUnavailable, type Store } from '#ports/store.ts';
import { chatWorld } from '#testing/chat-fixture.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const GENERAL = 'c_general';

test('typing reaches all other connections of the channel, never the one that types', async () => {
  await using world = await chatWorld();
  const [ada, bob] = [world.addUser('Ada'), world.addUser('Bob')];
  const laptop = await world.connect(ada, 'laptop-of-ada');
  const phone = await world.connect(ada, 'phone-of-ada');
  const bobs = await world.connect(bob);
  await laptop.say({ type: 'typing', channel: GENERAL, on: true });
  expect(bobs.of('typing')).toEqual([{ type: 'typing', channel: GENERAL, user: ada.id, on: true }]);
  expect(phone.of('typing')).toHaveLength(1);
  expect(laptop.of('typing')).toEqual([]);
});

test('typing stops for the others when the connection goes', async () => {
  await using world = await chatWorld();
  const [ada, bob] = [world.addUser('Ada'), world.addUser('Bob')];
  const adas = await world.connect(ada);
  const bobs = await world.connect(bob);
  await adas.say({ type: 'typing', channel: GENERAL, on: true });
  await adas.cut();
  expect(bobs.of('typing').map(({ on }) => on)).toEqual([true, false]);
});

test('who types on two devices types until both have stopped', async () => {
  await using world = await chatWorld();
  const [ada, bob] = [world.addUser('Ada'), world.addUser('Bob')];
  const laptop = await world.connect(ada, 'laptop-of-ada');
  const phone = await world.connect(ada, 'phone-of-ada');
  const bobs = await world.connect(bob);
  await laptop.say({ type: 'typing', channel: GENERAL, on: true });
  await phone.say({ type: 'typing', channel: GENERAL, on: true });
  await laptop.say({ type: 'typing', channel: GENERAL, on: false });
  expect(bobs.of('typing').at(-1)?.on).toBe(true);
  await phone.say({ type: 'typing', channel: GENERAL, on: false });
  expect(bobs.of('typing').at(-1)?.on).toBe(false);
});

test('repeats of typing that come too fast are dropped, timely ones pass', async () => {
  await using world = await chatWorld();
  const [ada, bob] = [world.addUser('Ada'), world.addUser('Bob')];
  const adas = await world.connect(ada);
  const bobs = await world.connect(bob);
  for (let n = 0; n < 10; n += 1) await adas.say({ type: 'typing', channel: GENERAL, on: true });
  expect(bobs.of('typing')).toHaveLength(1);
  await world.clock.advance(TYPING_REPEAT_MS);
  await adas.say({ type: 'typing', channel: GENERAL, on: true });
  expect(bobs.of('typing')).toHaveLength(2);
});

test('a crowd that types costs no more than the names one can read', async () => {
  await using world = await chatWorld();
  const reader = await world.connect(world.addUser('Reader'));
  for (let n = 0; n < 3 * MAX_TYPISTS_PER_CHANNEL; n += 1) {
    const typist = await world.connect(world.addUser(`Typist${n}`));
    await typist.say({ type: 'typing', channel: GENERAL, on: true });
  }
  expect(reader.of('typing')).toHaveLength(MAX_TYPISTS_PER_CHANNEL);
});

test('a second connection with the clientId supersedes the first', async () => {
  await using world = await chatWorld();
  const ada = world.addUser('Ada');
  const first = await world.connect(ada, 'same-client');
  const other = await world.connect(ada, 'other-client');
  const second = await world.connect(ada, 'same-client');
  expect([first.closedWith, other.closedWith, second.closedWith]).toEqual([CLOSE.superseded, null, null]);
  await second.say({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'still here' });
  expect(second.of('ok')).toHaveLength(1);
  expect(first.of('message')).toEqual([]);
});

test('a silent connection is pinged, then closed; any sign of life keeps it', async () => {
  await using world = await chatWorld();
  const silent = await world.connect(world.addUser('Silent'));
  const alive = await world.connect(world.addUser('Alive'));
  for (let second = 0; second < (2 * PING_MS) / 1000 + 2; second += 1) {
    await world.clock.advance(1_000);
    alive.heard();
  }
  expect(silent.closedWith).toBe(CLOSE.silent);
  expect(alive.closedWith).toBeNull();
});

test('a clock that jumps an hour closes nobody', async () => {
  await using world = await chatWorld();
  const device = await world.connect(world.addUser('Ada'));
  for (const jump of [3_600_000, -7_200_000]) {
    world.clock.jump(jump);
    await world.clock.advance(2_000);
  }
  expect(device.closedWith).toBeNull();
});

test('a reader that does not read is told to come back, the others notice nothing', async () => {
  await using world = await chatWorld();
  const ada = await world.connect(world.addUser('Ada'));
  const slow = await world.connect(world.addUser('Slow'));
  slow.bufferedBytes = 2 * MAX_OUT_BUFFER_BYTES;
  await ada.say({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'hello' });
  expect(slow.closedWith).toBe(CLOSE.tooSlow);
  expect(ada.of('ok')).toHaveLength(1);
});

test('too many commands are refused with a time to wait, a flood is closed', async () => {
  await using world = await chatWorld({ rateLimits: true });
  const device = await world.connect(world.addUser('Ada'));
  for (let n = 0; n < COMMAND_RATE.burst + 1; n += 1) void device.sayRaw('{"type":"ping","ref":1}');
  await world.clock.advance(0);
  expect(device.of('error')).toMatchObject([{ code: 'rate_limited', ref: 1 }]);
  expect(device.of('error')[0]?.retryAfterMs).toBeGreaterThan(0);
  for (let n = 0; n < FLOOD_RATE.burst; n += 1) device.heard();
  expect(device.closedWith).toBe(CLOSE.flooding);
});

test('a store that is away refuses visibly and acknowledges nothing', async () => {
  let away = false;
  const wrapStore = (store: Store): Store => ({
    ...store,
    commit: (scope, decide) => (away ? Promise.reject(new StoreUnavailable('disk full')) : store.commit(scope, decide)),
  });
  await using world = await chatWorld({ wrapStore });
  const device = await world.connect(world.addUser('Ada'));
  away = true;
  await device.say({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'lost?' });
  expect(device.of('ok')).toEqual([]);
  expect(device.of('error')).toMatchObject([{ ref: 1, code: 'unavailable' }]);
  away = false;
  await device.say({ type: 'send', ref: 2, channel: GENERAL, id: uuid(1), body: 'lost?' });
  expect(device.of('ok')).toMatchObject([{ ref: 2 }]);
  expect(device.of('message')).toHaveLength(1);
});

test('a commit whose answer was lost is acknowledged, stored once and told to everyone', async () => {
  let loseAnswer = false;
  const wrapStore = (store: Store): Store => ({
    ...store,
    async commit(scope, decide) {
      const result = await store.commit(scope, decide);
      if (!loseAnswer) return result;
      loseAnswer = false;
      throw new StoreUnavailable('the answer was lost');
    },
  });
  await using world = await chatWorld({ wrapStore });
  const adas = await world.connect(world.addUser('Ada'));
  const bobs = await world.connect(world.addUser('Bob'));
  loseAnswer = true;
  await adas.say({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'once' });
  await world.clock.advance(1_000);
  expect(adas.of('ok')).toHaveLength(1);
  expect(adas.of('message')).toHaveLength(1);
  expect(bobs.of('message')).toHaveLength(1);
});

test('a server that drains answers what it has begun, and begins nothing more', async () => {
  const { promise: answer, resolve: letAnswer } = Promise.withResolvers<void>();
  let isSlow = false;
  const wrapStore = (inner: Store): Store => ({
    ...inner,
    async commit(scope, decide) {
      const result = await inner.commit(scope, decide);
      if (isSlow) await answer;
      return result;
    },
  });
  await using world = await chatWorld({ wrapStore });
  const device = await world.connect(world.addUser('Ada'));
  isSlow = true;
  await device.say({ type: 'send', ref: 1, channel: GENERAL, id: uuid(1), body: 'begun' });
  let isFinished = false;
  const finished = world.core.gateway.finish().then(() => (isFinished = true));
  await device.say({ type: 'send', ref: 2, channel: GENERAL, id: uuid(2), body: 'too late' });
  expect(isFinished).toBe(false);
  letAnswer();
  await finished;
  world.core.gateway.closeAll(CLOSE.restarting, 'restarting');
  expect(device.of('ok')).toMatchObject([{ ref: 1 }]);
  expect(device.of('error')).toEqual([]);
  const { events } = await world.store.eventsAfter(GENERAL, 0, 100);
  expect(events.filter(({ type }) => type === 'message')).toHaveLength(1);
});

test('a server with nothing to answer drains at once', async () => {
  await using world = await chatWorld();
  await world.connect(world.addUser('Ada'));
  await world.core.gateway.finish();
});

test('partners in a direct message hear who comes and goes; a reload is no departure', async () => {
  await using world = await chatWorld();
  const [ada, bob, eve] = [world.addUser('Ada'), world.addUser('Bob'), world.addUser('Eve')];
  const adas = await world.connect(ada);
  const eves = await world.connect(eve);
  const bobs = await world.connect(bob);
  await adas.say({ type: 'send', to: bob.id, id: uuid(1), body: 'hi' });
  expect(adas.of('presence')).toContainEqual({ type: 'presence', user: bob.id, state: 'online' });
  await bobs.cut();
  const again = await world.connect(bob);
  await world.clock.advance(PRESENCE_LINGER_MS * 2);
  expect(again.of('ready')[0]?.online).toEqual([ada.id]);
  expect(adas.of('presence').map(({ state }) => state)).not.toContain('offline');
  await again.cut();
  await world.clock.advance(PRESENCE_LINGER_MS);
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
])('%s is refused and the connection stays', async (_name, text) => {
  await using world = await chatWorld();
  const device = await world.connect(world.addUser('Ada'));
  await device.sayRaw(text);
  expect(device.of('error')).toMatchObject([{ code: 'bad_request' }]);
  await device.say({ type: 'ping', ref: 2 });
  expect(device.of('pong')).toHaveLength(1);
});
