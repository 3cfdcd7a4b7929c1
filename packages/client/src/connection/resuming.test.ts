import type { LogEvent, ServerFrame } from '@parley/protocol';
import { ADA, BOB, ClientFixture, GENERAL, openGeneral, shownInGeneral } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ConnectionStatus } from '../parley-client.ts';

const post = (fixture: ClientFixture, ...texts: string[]) => {
  for (const body of texts) fixture.server.post(GENERAL, BOB, { body });
};
const isEvent = (frame: ServerFrame): frame is LogEvent => 'seq' in frame && 'by' in frame;

describe('the log', () => {
  test('[LG7] a duplicate or old event is ignored', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (isEvent(frame) ? [frame, frame] : [frame]);
    post(fixture, 'a', 'b');
    await fixture.clock.advance(100);
    fixture.server.connection.send(fixture.server.channel(GENERAL).log[2]!);
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['a', 'b']);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 2, lastSeq: 4 });
    expect(fixture.server.commands('sync')).toEqual([]);
  });

  test('[LG7] events after a gap are buffered until the gap is filled', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (isEvent(frame) && frame.seq === 4 ? [] : [frame]);
    const seen: string[] = [];
    ada.timeline(GENERAL).subscribe(() => seen.push(shownInGeneral(ada).join(' ')));
    post(fixture, 'a', 'b', 'c');
    await fixture.clock.advance(7);
    expect(shownInGeneral(ada)).toEqual(['a']);
    fixture.server.filter = null;
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(['a', 'a b c']);
    expect(fixture.server.commands('sync')).toMatchObject([{ after: 3 }]);
  });

  test('a gap larger than a page is filled page by page, with the events that arrive meanwhile', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (isEvent(frame) ? [] : [frame]);
    for (let index = 0; index < 1_200; index += 1) post(fixture, `${index}`);
    fixture.server.filter = null;
    post(fixture, 'last');
    await fixture.clock.advance(13);
    post(fixture, 'meanwhile');
    await fixture.clock.advance(200);
    expect(fixture.server.commands('sync').map(({ after }) => after)).toEqual([2, 502, 1_002]);
    expect(shownInGeneral(ada).slice(-3)).toEqual(['1199', 'last', 'meanwhile']);
    expect(ada.channelOf(GENERAL)?.lastSeq).toBe(1_204);
  });

  test('[LV3] a lost last event is found by the heads of the next pong', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (isEvent(frame) ? [] : [frame]);
    post(fixture, 'unreceived');
    await fixture.clock.advance(20_000);
    expect(shownInGeneral(ada)).toEqual([]);
    fixture.server.filter = null;
    await fixture.clock.advance(10_000);
    expect(shownInGeneral(ada)).toEqual(['unreceived']);
    expect(ada.channelOf(GENERAL)?.unread).toBe(1);
  });

  test('[LV3] a lost frame about a joined or left channel is found by the heads of two pongs', async () => {
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

  test('a sync that fails temporarily, or gets no reply, is requested again', async () => {
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
    post(fixture, 'a', 'b');
    await fixture.clock.advance(15_000);
    expect(shownInGeneral(ada)).toEqual(['a', 'b']);
  });
});

describe('a lost connection', () => {
  test('a resumed connection receives exactly the missed events', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    post(fixture, 'a');
    await fixture.clock.advance(100);
    fixture.server.connection.close();
    post(fixture, 'b', 'c');
    await fixture.clock.advance(2_000);
    expect(ada.status.get().name).toBe('online');
    expect(fixture.server.commands('sync')).toMatchObject([{ channel: GENERAL, after: 3 }]);
    expect(shownInGeneral(ada)).toEqual(['a', 'b', 'c']);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 3, lastSeq: 5 });
  });

  test('a resumed connection needs no sync for a channel without loaded messages', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    const ada = await fixture.online(ADA);
    fixture.server.connection.close();
    post(fixture, 'a', 'b');
    await fixture.clock.advance(2_000);
    post(fixture, 'c');
    await fixture.clock.advance(100);
    expect(fixture.server.commands('sync')).toEqual([]);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 3, lastSeq: 5 });
  });

  test('a half-open connection is detected by an unanswered ping, and pending messages are sent over the next', async () => {
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

  test('a connection that was lost while the machine slept is detected 10 s after it wakes', async () => {
    await using fixture = new ClientFixture();
    await openGeneral(fixture);
    fixture.server.connection.goSilent();
    fixture.wake();
    await fixture.clock.advance(11_000);
    expect(fixture.server.connections).toHaveLength(2);
  });

  test('a late close of an abandoned socket does not affect the next connection', async () => {
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

  test('the status is waiting with the time of the next attempt, then connecting, then online', async () => {
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

  test('[CL3] a superseded client stops until connect is called', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.connection.close(4009);
    await fixture.clock.advance(60_000);
    expect(ada.status.get()).toEqual({ name: 'stopped', reason: 'superseded' });
    expect(fixture.server.connections).toHaveLength(1);
    post(fixture, 'meanwhile');
    ada.connect();
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['meanwhile']);
  });

  test('a client whose handshake is refused stops with the reason', async () => {
    await using fixture = new ClientFixture();
    fixture.server.handshakeRefusal = { kind: 'answered', status: 401, code: 'expired_token', retryAfterMs: null };
    const ada = await fixture.online(ADA);
    expect(ada.status.get()).toEqual({ name: 'stopped', reason: 'signed-out' });
  });

  test('[LV5] 200 clients do not reconnect at the same moment after a restart', async () => {
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

describe('a reset', () => {
  test('a reset loads the latest messages again, and the unread count stays correct', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    post(fixture, 'old');
    await fixture.clock.advance(100);
    fixture.server.maxSyncDistance = 50;
    fixture.server.connection.close();
    for (let index = 0; index < 60; index += 1) post(fixture, `${index}`);
    await fixture.clock.advance(2_000);
    expect(shownInGeneral(ada)).toHaveLength(50);
    expect(shownInGeneral(ada).at(-1)).toBe('59');
    expect(ada.timeline(GENERAL).get()).toMatchObject({ state: 'loaded', moreBefore: true });
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 61, lastSeq: 63 });
  });

  test('a reset of a channel without loaded messages reconnects for the counts', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    const ada = await fixture.online(ADA);
    fixture.server.maxSyncDistance = 50;
    fixture.server.filter = (frame) => (isEvent(frame) && frame.seq < 100 ? [] : [frame]);
    for (let index = 0; index < 100; index += 1) post(fixture, `${index}`);
    fixture.server.filter = null;
    await fixture.clock.advance(2_000);
    expect(fixture.server.connections).toHaveLength(2);
    expect(ada.channelOf(GENERAL)).toMatchObject({ unread: 100, lastSeq: 102 });
  });
});

describe('a replaced log', () => {
  test('[LG6] a new epoch drops the loaded messages, loads them again, and resends what only the lost log had', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    post(fixture, 'kept', 'lost');
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

  test('a shorter log of the same epoch drops the loaded messages too', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    post(fixture, 'a', 'b');
    await fixture.clock.advance(100);
    fixture.server.channel(GENERAL).log.length = 3;
    fixture.server.connection.close();
    await fixture.clock.advance(2_000);
    expect(shownInGeneral(ada)).toEqual(['a']);
  });
});

describe('unknown frames', () => {
  test('[FR2] unknown frames, and frames that lack a field, are ignored', async () => {
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
