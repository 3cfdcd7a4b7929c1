import type { LogEvent, ServerFrame } from '@parley/protocol';
import { ADA, BOB, ClientFixture, GENERAL, openGeneral, shownInGeneral } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ConnectionStatus } from '../parley-client.ts';

const say = (fixture: ClientFixture, ...texts: string[]) => {
  for (const body of texts) fixture.server.post(GENERAL, BOB, { body });
};
const isEvent = (frame: ServerFrame): frame is LogEvent => 'seq' in frame && 'by' in frame;

describe('the log', () => {
  test('[LG7] an event that comes twice, or from before, is ignored', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (isEvent(frame) ? [frame, frame] : [frame]);
    say(fixture, 'a', 'b');
    await fixture.clock.advance(100);
    fixture.server.connection.send(fixture.server.channel(GENERAL).log[2]!);
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['a', 'b']);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 2, lastSeq: 4 });
    expect(fixture.server.commands('sync')).toEqual([]);
  });

  test('[LG7] events from beyond a gap are held back until the gap is filled', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (isEvent(frame) && frame.seq === 4 ? [] : [frame]);
    const seen: string[] = [];
    ada.timeline(GENERAL).subscribe(() => seen.push(shownInGeneral(ada).join(' ')));
    say(fixture, 'a', 'b', 'c');
    await fixture.clock.advance(7);
    expect(shownInGeneral(ada)).toEqual(['a']);
    fixture.server.filter = null;
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(['a', 'a b c']);
    expect(fixture.server.commands('sync')).toMatchObject([{ after: 3 }]);
  });

  test('a gap larger than a page is filled page by page, with what comes meanwhile', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (isEvent(frame) ? [] : [frame]);
    for (let index = 0; index < 1_200; index += 1) say(fixture, `${index}`);
    fixture.server.filter = null;
    say(fixture, 'last');
    await fixture.clock.advance(13);
    say(fixture, 'meanwhile');
    await fixture.clock.advance(200);
    expect(fixture.server.commands('sync').map(({ after }) => after)).toEqual([2, 502, 1_002]);
    expect(shownInGeneral(ada).slice(-3)).toEqual(['1199', 'last', 'meanwhile']);
    expect(ada.channelOf(GENERAL)?.lastSeq).toBe(1_204);
  });

  test('[LV3] a lost last event is found by the heads of the next pong', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (isEvent(frame) ? [] : [frame]);
    say(fixture, 'unheard');
    await fixture.clock.advance(20_000);
    expect(shownInGeneral(ada)).toEqual([]);
    fixture.server.filter = null;
    await fixture.clock.advance(10_000);
    expect(shownInGeneral(ada)).toEqual(['unheard']);
    expect(ada.channelOf(GENERAL)?.unread).toBe(1);
  });

  test('[LV3] the lost news of a channel gained or left is found by two pongs that tell of it', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel('c_left', [ADA, BOB]);
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) =>
      frame.type === 'channel' || frame.type === 'removed' || isEvent(frame) ? [] : [frame];
    fixture.server.addChannel('c_gained', [ADA]);
    fixture.server.remove('c_left', ADA);
    fixture.server.filter = null;
    await fixture.clock.advance(30_000);
    expect(ada.channels.get().map(({ id }) => id)).toEqual([GENERAL, 'c_left']);
    expect(fixture.server.connections).toHaveLength(1);
    await fixture.clock.advance(30_000);
    expect(ada.channels.get().map(({ id }) => id)).toEqual(['c_gained', GENERAL]);
    expect(fixture.server.connections).toHaveLength(2);
  });

  test('a sync that is refused for now, or not answered, is asked for again', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    let refusals = 0;
    fixture.server.intercept = (command, connection) => {
      if (command.type !== 'sync' || refusals === 2) return null;
      refusals += 1;
      if (refusals === 1) connection.refuse(command.ref, 'unavailable');
      return [];
    };
    fixture.server.filter = (frame) => (isEvent(frame) && frame.seq === 3 ? [] : [frame]);
    say(fixture, 'a', 'b');
    await fixture.clock.advance(15_000);
    expect(shownInGeneral(ada)).toEqual(['a', 'b']);
  });
});

describe('a connection that goes', () => {
  test('is resumed: exactly what was missed arrives, and what had come does not come again', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    say(fixture, 'a');
    await fixture.clock.advance(100);
    fixture.server.connection.close();
    say(fixture, 'b', 'c');
    await fixture.clock.advance(2_000);
    expect(ada.status.get().name).toBe('online');
    expect(fixture.server.commands('sync')).toMatchObject([{ channel: GENERAL, after: 3 }]);
    expect(shownInGeneral(ada)).toEqual(['a', 'b', 'c']);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 3, lastSeq: 5 });
  });

  test('in a channel whose messages are not loaded needs no sync at all', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    const ada = await fixture.online(ADA);
    fixture.server.connection.close();
    say(fixture, 'a', 'b');
    await fixture.clock.advance(2_000);
    say(fixture, 'c');
    await fixture.clock.advance(100);
    expect(fixture.server.commands('sync')).toEqual([]);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 3, lastSeq: 5 });
  });

  test('and is half-open is noticed by an unanswered ping, and pending sends go over the new one', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.connection.goSilent();
    await fixture.clock.advance(30_000);
    ada.send(GENERAL, 'hello?');
    await fixture.clock.advance(6_500);
    expect(fixture.server.connections).toHaveLength(2);
    expect(shownInGeneral(ada)).toEqual(['hello?']);
    expect(ada.failures.get()).toEqual([]);
  });

  test('while the machine slept is noticed 10 s after it wakes', async () => {
    await using fixture = new ClientFixture();
    await openGeneral(fixture);
    fixture.server.connection.goSilent();
    fixture.wake();
    await fixture.clock.advance(11_000);
    expect(fixture.server.connections).toHaveLength(2);
  });

  test('and was given up does not disturb the next one when its socket says goodbye at last', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.connection.goSilent();
    fixture.wake();
    await fixture.clock.advance(10_000);
    expect(ada.status.get().name).toBe('waiting');
    ada.reconnectNow();
    await fixture.clock.advance(50);
    expect(ada.status.get().name).toBe('online');
    expect(fixture.server.connections).toHaveLength(2);
  });

  test('tells its status: waiting with the time of the next try, connecting, online', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    const seen: ConnectionStatus['name'][] = [];
    ada.status.subscribe(() => seen.push(ada.status.get().name));
    const droppedMs = fixture.clock.now();
    fixture.server.connection.close();
    expect(ada.status.get()).toMatchObject({ name: 'waiting', attempt: 1, sinceMs: droppedMs });
    ada.reconnectNow();
    expect(ada.status.get()).toMatchObject({ name: 'connecting', sinceMs: droppedMs });
    await fixture.clock.advance(100);
    expect(seen).toEqual(['waiting', 'connecting', 'online']);
  });

  test('[CL3] superseded stops for good, until the user asks to connect here', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.connection.close(4009);
    await fixture.clock.advance(60_000);
    expect(ada.status.get()).toEqual({ name: 'stopped', reason: 'superseded' });
    expect(fixture.server.connections).toHaveLength(1);
    say(fixture, 'meanwhile');
    ada.connect();
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['meanwhile']);
  });

  test('a refused handshake stops with its reason', async () => {
    await using fixture = new ClientFixture();
    fixture.server.handshakeRefusal = { kind: 'answered', status: 401, code: 'expired_token', retryAfterMs: null };
    const ada = await fixture.online(ADA);
    expect(ada.status.get()).toEqual({ name: 'stopped', reason: 'signed-out' });
  });

  test('[LV5] with a thousand others does not come back at the same moment as they do', async () => {
    await using fixture = new ClientFixture(7);
    const users = Array.from({ length: 200 }, (_, index) => `u_${index}`);
    for (const user of users) await fixture.online(user);
    const { connections } = fixture.server;
    const before = connections.length;
    for (const connection of fixture.server.online()) connection.close(1012);
    const perTick: number[] = [];
    for (let tick = 0; tick < 20; tick += 1) {
      const known = connections.length;
      await fixture.clock.advance(100);
      perTick.push(connections.length - known);
    }
    expect(connections.length - before).toBe(200);
    expect(Math.max(...perTick)).toBeLessThan(30);
  });
});

describe('too far behind', () => {
  test('a reset loads the latest messages anew, and the unread count stays right', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    say(fixture, 'old');
    await fixture.clock.advance(100);
    fixture.server.maxSyncDistance = 50;
    fixture.server.connection.close();
    for (let index = 0; index < 60; index += 1) say(fixture, `${index}`);
    await fixture.clock.advance(2_000);
    expect(shownInGeneral(ada)).toHaveLength(50);
    expect(shownInGeneral(ada).at(-1)).toBe('59');
    expect(ada.timeline(GENERAL).get()).toMatchObject({ state: 'loaded', moreBefore: true });
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 61, lastSeq: 63 });
  });

  test('where nothing is loaded a reset asks ready for the counts', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    const ada = await fixture.online(ADA);
    fixture.server.maxSyncDistance = 50;
    fixture.server.filter = (frame) => (isEvent(frame) && frame.seq < 100 ? [] : [frame]);
    for (let index = 0; index < 100; index += 1) say(fixture, `${index}`);
    fixture.server.filter = null;
    await fixture.clock.advance(2_000);
    expect(fixture.server.connections).toHaveLength(2);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 100, lastSeq: 102 });
  });
});

describe('another epoch', () => {
  test('[LG6] drops what was held, loads it anew, and sends again what only the lost history had', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    say(fixture, 'kept', 'lost');
    await fixture.clock.advance(100);
    fixture.server.filter = (frame) => (isEvent(frame) ? [] : [frame]);
    ada.send(GENERAL, 'acked, then lost');
    await fixture.clock.advance(50);
    fixture.server.channel(GENERAL).log.length = 3;
    fixture.server.epoch = 'e_2';
    fixture.server.filter = null;
    fixture.server.connection.close();
    await fixture.clock.advance(2_000);
    expect(shownInGeneral(ada)).toEqual(['kept', 'acked, then lost']);
    expect(ada.channelOf(GENERAL)).toMatchObject({ lastSeq: 4, unread: 1 });
  });

  test('of the same epoch but a shorter log, what is loaded is not trusted either', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    say(fixture, 'a', 'b');
    await fixture.clock.advance(100);
    fixture.server.channel(GENERAL).log.length = 3;
    fixture.server.connection.close();
    await fixture.clock.advance(2_000);
    expect(shownInGeneral(ada)).toEqual(['a']);
  });
});

describe('frames a client does not know', () => {
  test('[FR2] are ignored, as are those that lack a field', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    const { connection } = fixture.server;
    for (const text of ['', '[]', 'null', '{"type":"hologram"}', '{"type":"message","channel":"c_general","seq":3}']) {
      connection.sendRaw(text);
    }
    connection.sendRaw(JSON.stringify({ type: 'typing', channel: GENERAL, user: BOB, on: true, mood: 'good' }));
    await fixture.clock.advance(100);
    expect(ada.status.get().name).toBe('online');
    expect(ada.typing(GENERAL).get()).toEqual([BOB]);
  });
});
