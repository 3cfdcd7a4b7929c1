import type { LogEvent, ServerFrame } from '@parley/protocol';
import { ADA, BOB, ClientWorld, GENERAL, openGeneral, shownInGeneral } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ConnectionStatus } from '../parley-client.ts';

const say = (world: ClientWorld, ...texts: string[]) => {
  for (const body of texts) world.server.say(GENERAL, BOB, { body });
};
const isEvent = (frame: ServerFrame): frame is LogEvent => 'seq' in frame && 'by' in frame;

describe('the log', () => {
  test('[LG7] an event that comes twice, or from before, is ignored', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.fault = (frame) => (isEvent(frame) ? [frame, frame] : [frame]);
    say(world, 'a', 'b');
    await world.clock.advance(100);
    world.server.connection.say(world.server.channel(GENERAL).log[2]!);
    await world.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['a', 'b']);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 2, lastSeq: 4 });
    expect(world.server.commands('sync')).toEqual([]);
  });

  test('[LG7] events from beyond a gap are held back until the gap is filled', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.fault = (frame) => (isEvent(frame) && frame.seq === 4 ? [] : [frame]);
    const seen: string[] = [];
    ada.timeline(GENERAL).subscribe(() => seen.push(shownInGeneral(ada).join(' ')));
    say(world, 'a', 'b', 'c');
    await world.clock.advance(7);
    expect(shownInGeneral(ada)).toEqual(['a']);
    world.server.fault = null;
    await world.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(['a', 'a b c']);
    expect(world.server.commands('sync')).toMatchObject([{ after: 3 }]);
  });

  test('a gap larger than a page is filled page by page, with what comes meanwhile', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.fault = (frame) => (isEvent(frame) ? [] : [frame]);
    for (let index = 0; index < 1_200; index += 1) say(world, `${index}`);
    world.server.fault = null;
    say(world, 'last');
    await world.clock.advance(13);
    say(world, 'meanwhile');
    await world.clock.advance(200);
    expect(world.server.commands('sync').map(({ after }) => after)).toEqual([2, 502, 1_002]);
    expect(shownInGeneral(ada).slice(-3)).toEqual(['1199', 'last', 'meanwhile']);
    expect(ada.channelOf(GENERAL)?.lastSeq).toBe(1_204);
  });

  test('[LV3] a lost last event is found by the heads of the next pong', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.fault = (frame) => (isEvent(frame) ? [] : [frame]);
    say(world, 'unheard');
    await world.clock.advance(20_000);
    expect(shownInGeneral(ada)).toEqual([]);
    world.server.fault = null;
    await world.clock.advance(10_000);
    expect(shownInGeneral(ada)).toEqual(['unheard']);
    expect(ada.channelOf(GENERAL)?.unread).toBe(1);
  });

  test('[LV3] the lost news of a channel gained or left is found by two pongs that tell of it', async () => {
    await using world = new ClientWorld();
    world.server.addChannel('c_left', [ADA, BOB]);
    const ada = await openGeneral(world);
    world.server.fault = (frame) =>
      frame.type === 'channel' || frame.type === 'removed' || isEvent(frame) ? [] : [frame];
    world.server.addChannel('c_gained', [ADA]);
    world.server.remove('c_left', ADA);
    world.server.fault = null;
    await world.clock.advance(30_000);
    expect(ada.channels.get().map(({ id }) => id)).toEqual([GENERAL, 'c_left']);
    expect(world.server.connections).toHaveLength(1);
    await world.clock.advance(30_000);
    expect(ada.channels.get().map(({ id }) => id)).toEqual(['c_gained', GENERAL]);
    expect(world.server.connections).toHaveLength(2);
  });

  test('a sync that is refused for now, or not answered, is asked for again', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    let refusals = 0;
    world.server.intercept = (command, connection) => {
      if (command.type !== 'sync' || refusals === 2) return null;
      refusals += 1;
      if (refusals === 1) connection.refuse(command.ref, 'unavailable');
      return [];
    };
    world.server.fault = (frame) => (isEvent(frame) && frame.seq === 3 ? [] : [frame]);
    say(world, 'a', 'b');
    await world.clock.advance(15_000);
    expect(shownInGeneral(ada)).toEqual(['a', 'b']);
  });
});

describe('a connection that goes', () => {
  test('is resumed: exactly what was missed arrives, and what had come does not come again', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    say(world, 'a');
    await world.clock.advance(100);
    world.server.connection.close();
    say(world, 'b', 'c');
    await world.clock.advance(2_000);
    expect(ada.status.get().name).toBe('online');
    expect(world.server.commands('sync')).toMatchObject([{ channel: GENERAL, after: 3 }]);
    expect(shownInGeneral(ada)).toEqual(['a', 'b', 'c']);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 3, lastSeq: 5 });
  });

  test('in a channel whose messages are not loaded needs no sync at all', async () => {
    await using world = new ClientWorld();
    world.server.addChannel(GENERAL, [ADA, BOB]);
    const ada = await world.online(ADA);
    world.server.connection.close();
    say(world, 'a', 'b');
    await world.clock.advance(2_000);
    say(world, 'c');
    await world.clock.advance(100);
    expect(world.server.commands('sync')).toEqual([]);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 3, lastSeq: 5 });
  });

  test('and is half-open is noticed by an unanswered ping, and pending sends go over the new one', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.connection.goSilent();
    await world.clock.advance(30_000);
    ada.send(GENERAL, 'hello?');
    await world.clock.advance(6_500);
    expect(world.server.connections).toHaveLength(2);
    expect(shownInGeneral(ada)).toEqual(['hello?']);
    expect(ada.failures.get()).toEqual([]);
  });

  test('while the machine slept is noticed 10 s after it wakes', async () => {
    await using world = new ClientWorld();
    await openGeneral(world);
    world.server.connection.goSilent();
    world.wake();
    await world.clock.advance(11_000);
    expect(world.server.connections).toHaveLength(2);
  });

  test('and was given up does not disturb the next one when its socket says goodbye at last', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.connection.goSilent();
    world.wake();
    await world.clock.advance(10_000);
    expect(ada.status.get().name).toBe('waiting');
    ada.reconnectNow();
    await world.clock.advance(50);
    expect(ada.status.get().name).toBe('online');
    expect(world.server.connections).toHaveLength(2);
  });

  test('tells its status: waiting with the time of the next try, connecting, online', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    const seen: ConnectionStatus['name'][] = [];
    ada.status.subscribe(() => seen.push(ada.status.get().name));
    const droppedMs = world.clock.now();
    world.server.connection.close();
    expect(ada.status.get()).toMatchObject({ name: 'waiting', attempt: 1, sinceMs: droppedMs });
    ada.reconnectNow();
    expect(ada.status.get()).toMatchObject({ name: 'connecting', sinceMs: droppedMs });
    await world.clock.advance(100);
    expect(seen).toEqual(['waiting', 'connecting', 'online']);
  });

  test('[CL3] superseded stops for good, until the user asks to connect here', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.connection.close(4009);
    await world.clock.advance(60_000);
    expect(ada.status.get()).toEqual({ name: 'stopped', reason: 'superseded' });
    expect(world.server.connections).toHaveLength(1);
    say(world, 'meanwhile');
    ada.connect();
    await world.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['meanwhile']);
  });

  test('a refused handshake stops with its reason', async () => {
    await using world = new ClientWorld();
    world.server.verdict = { kind: 'answered', status: 401, code: 'expired_token', retryAfterMs: null };
    const ada = await world.online(ADA);
    expect(ada.status.get()).toEqual({ name: 'stopped', reason: 'signed-out' });
  });

  test('[LV5] with a thousand others does not come back at the same moment as they do', async () => {
    await using world = new ClientWorld(7);
    const users = Array.from({ length: 200 }, (_, index) => `u_${index}`);
    for (const user of users) await world.online(user);
    const { connections } = world.server;
    const before = connections.length;
    for (const connection of world.server.live()) connection.close(1012);
    const perTick: number[] = [];
    for (let tick = 0; tick < 20; tick += 1) {
      const known = connections.length;
      await world.clock.advance(100);
      perTick.push(connections.length - known);
    }
    expect(connections.length - before).toBe(200);
    expect(Math.max(...perTick)).toBeLessThan(30);
  });
});

describe('too far behind', () => {
  test('a reset loads the latest messages anew, and the unread count stays right', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    say(world, 'old');
    await world.clock.advance(100);
    world.server.maxSyncDistance = 50;
    world.server.connection.close();
    for (let index = 0; index < 60; index += 1) say(world, `${index}`);
    await world.clock.advance(2_000);
    expect(shownInGeneral(ada)).toHaveLength(50);
    expect(shownInGeneral(ada).at(-1)).toBe('59');
    expect(ada.timeline(GENERAL).get()).toMatchObject({ state: 'loaded', moreBefore: true });
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 61, lastSeq: 63 });
  });

  test('where nothing is loaded a reset asks ready for the counts', async () => {
    await using world = new ClientWorld();
    world.server.addChannel(GENERAL, [ADA, BOB]);
    const ada = await world.online(ADA);
    world.server.maxSyncDistance = 50;
    world.server.fault = (frame) => (isEvent(frame) && frame.seq < 100 ? [] : [frame]);
    for (let index = 0; index < 100; index += 1) say(world, `${index}`);
    world.server.fault = null;
    await world.clock.advance(2_000);
    expect(world.server.connections).toHaveLength(2);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 100, lastSeq: 102 });
  });
});

describe('another epoch', () => {
  test('[LG6] drops what was held, loads it anew, and sends again what only the lost history had', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    say(world, 'kept', 'lost');
    await world.clock.advance(100);
    world.server.fault = (frame) => (isEvent(frame) ? [] : [frame]);
    ada.send(GENERAL, 'acked, then lost');
    await world.clock.advance(50);
    world.server.channel(GENERAL).log.length = 3;
    world.server.epoch = 'e_2';
    world.server.fault = null;
    world.server.connection.close();
    await world.clock.advance(2_000);
    expect(shownInGeneral(ada)).toEqual(['kept', 'acked, then lost']);
    expect(ada.channelOf(GENERAL)).toMatchObject({ lastSeq: 4, unread: 1 });
  });

  test('of the same epoch but a shorter log, what is loaded is not trusted either', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    say(world, 'a', 'b');
    await world.clock.advance(100);
    world.server.channel(GENERAL).log.length = 3;
    world.server.connection.close();
    await world.clock.advance(2_000);
    expect(shownInGeneral(ada)).toEqual(['a']);
  });
});

describe('frames a client does not know', () => {
  test('[FR2] are ignored, as are those that lack a field', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    const { connection } = world.server;
    for (const text of ['', '[]', 'null', '{"type":"hologram"}', '{"type":"message","channel":"c_general","seq":3}']) {
      connection.sayRaw(text);
    }
    connection.sayRaw(JSON.stringify({ type: 'typing', channel: GENERAL, user: BOB, on: true, mood: 'good' }));
    await world.clock.advance(100);
    expect(ada.status.get().name).toBe('online');
    expect(ada.typing(GENERAL).get()).toEqual([BOB]);
  });
});
