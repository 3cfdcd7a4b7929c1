import { MAX_COUNTED_UNREAD } from '@parley/protocol';
import { ADA, BOB, ClientFixture, GENERAL, shown } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ParleyClient } from '../parley-client.ts';
import { MAX_LOADED_CHANNELS } from './history-loader.ts';
import { MAX_EXTENDED_WINDOW_MESSAGES, MAX_WINDOW_MESSAGES } from './message-window.ts';

/** A channel with `count` messages, '0' to the last. */
async function start(fixture: ClientFixture, count: number): Promise<ParleyClient> {
  fixture.server.addChannel(GENERAL, [ADA, BOB]);
  for (let index = 0; index < count; index += 1) {
    fixture.server.post(GENERAL, BOB, { body: `${index}`, id: `m${index}` });
  }
  return fixture.online(ADA);
}

const timeline = (client: ParleyClient) => client.timeline(GENERAL).get();
const ends = (client: ParleyClient) => {
  const bodies = shown(timeline(client));
  return [bodies[0], bodies.at(-1), bodies.length];
};

describe('open', () => {
  test('open loads the latest messages once', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 120);
    expect(timeline(ada).state).toBe('empty');
    ada.open(GENERAL);
    expect(timeline(ada).state).toBe('loading');
    await fixture.clock.advance(100);
    expect(timeline(ada)).toMatchObject({ state: 'loaded', moreBefore: true, moreAfter: false });
    expect(ends(ada)).toEqual(['70', '119', 50]);
    ada.open(GENERAL);
    ada.open(GENERAL, 100);
    await fixture.clock.advance(100);
    expect(fixture.server.commands('history')).toHaveLength(1);
  });

  test('open before the connection or the channel exists loads the messages later', async () => {
    await using fixture = new ClientFixture();
    const ada = fixture.client(ADA);
    ada.open(GENERAL);
    ada.open('c_new');
    ada.connect();
    fixture.server.addChannel(GENERAL, [ADA]);
    await fixture.clock.advance(100);
    expect(timeline(ada).state).toBe('loaded');
    fixture.server.addChannel('c_new', [ADA]);
    await fixture.clock.advance(100);
    expect(ada.timeline('c_new').get().state).toBe('loaded');
  });

  test('open around a seq loads both sides, then page by page in both directions up to the end', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 200);
    ada.open(GENERAL, 102);
    await fixture.clock.advance(100);
    expect(timeline(ada)).toMatchObject({ moreBefore: true, moreAfter: true });
    expect(ends(ada)).toEqual(['74', '123', 50]);
    ada.loadOlder(GENERAL);
    ada.loadOlder(GENERAL);
    ada.loadNewer(GENERAL);
    expect(timeline(ada)).toMatchObject({ loadingBefore: true, loadingAfter: true });
    await fixture.clock.advance(100);
    expect(timeline(ada)).toMatchObject({ loadingBefore: false, loadingAfter: false });
    expect(ends(ada)).toEqual(['24', '173', 150]);
    ada.loadNewer(GENERAL);
    ada.loadOlder(GENERAL);
    await fixture.clock.advance(100);
    expect(timeline(ada)).toMatchObject({ moreBefore: false, moreAfter: false });
    fixture.server.post(GENERAL, BOB, { body: 'new' });
    await fixture.clock.advance(100);
    expect(ends(ada)).toEqual(['0', 'new', 201]);
    expect(fixture.server.commands('history')).toHaveLength(5);
  });

  test('a window detached from the end shows no new or pending messages, and a send returns to the end', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 200);
    ada.open(GENERAL, 50);
    await fixture.clock.advance(100);
    fixture.server.post(GENERAL, BOB, { body: 'new' });
    await fixture.clock.advance(100);
    expect(ends(ada)).toEqual(['22', '71', 50]);
    fixture.server.intercept = (command) => (command.type === 'send' ? [] : null);
    ada.send(GENERAL, 'mine');
    expect(timeline(ada).state).toBe('loading');
    expect(shown(timeline(ada))).toEqual(['?mine']);
    ada.open(GENERAL, 50);
    await fixture.clock.advance(100);
    expect(ends(ada)).toEqual(['22', '71', 50]);
    fixture.server.intercept = null;
    fixture.server.connection.close();
    await fixture.clock.advance(2_000);
    ada.jumpToLatest(GENERAL);
    await fixture.clock.advance(100);
    expect(shown(timeline(ada)).slice(-2)).toEqual(['new', 'mine']);
  });

  test('a failed open is shown as failed, and another open retries at once', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 10);
    fixture.server.intercept = (command, connection) => {
      if (command.type !== 'history') return null;
      connection.refuse(command.ref, 'internal');
      return [];
    };
    ada.open(GENERAL);
    await fixture.clock.advance(3_500);
    expect(timeline(ada).state).toBe('failed');
    expect(fixture.server.commands('history')).toHaveLength(3);
    fixture.server.intercept = null;
    ada.open(GENERAL);
    await fixture.clock.advance(100);
    expect(timeline(ada).state).toBe('loaded');
  });

  test("an open that fails while the server can't read succeeds by itself within 5 s of its recovery", async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 10);
    fixture.server.intercept = (command, connection) => {
      if (command.type !== 'history') return null;
      connection.refuse(command.ref, 'unavailable');
      return [];
    };
    ada.open(GENERAL);
    const states = new Set<string>();
    await fixture.clock.advance(3_500);
    ada.timeline(GENERAL).subscribe(() => states.add(timeline(ada).state));
    await fixture.clock.advance(60_000);
    expect([...states, timeline(ada).state]).toEqual(['failed']);
    fixture.server.intercept = null;
    await fixture.clock.advance(5_000);
    expect(ends(ada)).toEqual(['0', '9', 10]);
  });

  test('an open that is refused for good is not retried', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 10);
    fixture.server.intercept = (command, connection) => {
      if (command.type !== 'history') return null;
      connection.refuse(command.ref, 'not_found');
      return [];
    };
    ada.open(GENERAL);
    await fixture.clock.advance(60_000);
    expect(timeline(ada).state).toBe('failed');
    expect(fixture.server.commands('history')).toHaveLength(1);
  });

  test('an open whose reply is lost with the connection is requested again on the next', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 10);
    fixture.server.filter = (frame) => (frame.type === 'messages' ? [] : [frame]);
    ada.open(GENERAL);
    await fixture.clock.advance(50);
    fixture.server.filter = null;
    fixture.server.connection.close();
    await fixture.clock.advance(2_000);
    expect(ends(ada)).toEqual(['0', '9', 10]);
  });
});

describe('a page and concurrent events', () => {
  test('messages that are loaded ahead of the events are not reverted by them', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 100);
    ada.open(GENERAL);
    await fixture.clock.advance(100);
    const buffered: (() => void)[] = [];
    fixture.server.filter = (frame, connection) => {
      if (!('by' in frame)) return [frame];
      buffered.push(() => connection.sendRaw(JSON.stringify(frame)));
      return [];
    };
    for (const body of ['first', 'second']) {
      fixture.server.append(GENERAL, { type: 'edited', by: BOB, id: 'm10', body });
    }
    ada.loadOlder(GENERAL);
    await fixture.clock.advance(50);
    const seen = [shown(timeline(ada))[10]];
    ada.timeline(GENERAL).subscribe(() => seen.push(shown(timeline(ada))[10]));
    for (const deliver of buffered) {
      deliver();
      await fixture.clock.advance(50);
    }
    expect(seen.every((body) => body === 'second')).toBe(true);
    expect(ada.channelOf(GENERAL)?.lastSeq).toBe(104);
  });

  test('the reply to an earlier open does not replace that to a later one', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 200);
    const late: (() => void)[] = [];
    fixture.server.filter = (frame, connection) => {
      if (frame.type !== 'messages') return [frame];
      late.push(() => connection.sendRaw(JSON.stringify(frame)));
      return [];
    };
    ada.open(GENERAL);
    ada.open(GENERAL, 50);
    await fixture.clock.advance(50);
    late[1]!();
    await fixture.clock.advance(50);
    late[0]!();
    await fixture.clock.advance(50);
    expect(ends(ada)).toEqual(['22', '71', 50]);
  });

  test('events that a page includes do not change it again', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 3);
    const { connection } = fixture.server;
    const buffered: string[] = [];
    fixture.server.filter = (frame) => {
      if (!('by' in frame)) return [frame];
      buffered.push(JSON.stringify(frame));
      return [];
    };
    fixture.server.append(GENERAL, { type: 'edited', by: BOB, id: 'm1', body: 'early' });
    fixture.server.append(GENERAL, { type: 'edited', by: BOB, id: 'm1', body: 'late' });
    fixture.server.post(GENERAL, BOB, { body: '3' });
    const seen: string[] = [];
    ada.timeline(GENERAL).subscribe(() => seen.push(shown(timeline(ada)).join(' ')));
    ada.open(GENERAL);
    await fixture.clock.advance(50);
    for (const frame of buffered) connection.sendRaw(frame);
    await fixture.clock.advance(50);
    expect(seen).toEqual(['', '0 late 2 3']);
    expect(ada.channelOf(GENERAL)).toMatchObject({ lastSeq: 8, unread: 4 });
  });

  test('a page that is older than the applied events is brought up to date', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 100);
    ada.open(GENERAL);
    await fixture.clock.advance(100);
    const late: (() => void)[] = [];
    fixture.server.filter = (frame, connection) => {
      if (frame.type !== 'messages') return [frame];
      late.push(() => connection.sendRaw(JSON.stringify(frame)));
      return [];
    };
    ada.loadOlder(GENERAL);
    await fixture.clock.advance(50);
    fixture.server.append(GENERAL, { type: 'edited', by: BOB, id: 'm10', body: 'edited' });
    fixture.server.post(GENERAL, BOB, { body: 'new' });
    await fixture.clock.advance(50);
    fixture.server.filter = null;
    for (const deliver of late) deliver();
    await fixture.clock.advance(100);
    expect(shown(timeline(ada))[10]).toBe('edited');
    expect(ends(ada)).toEqual(['0', 'new', 101]);
    expect(ada.channelOf(GENERAL)).toMatchObject({ lastSeq: 104, unread: 101 });
  });
});

describe('the bounds of memory', () => {
  test('the oldest messages of a busy channel are dropped, unless the user scrolled back', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 60);
    ada.open(GENERAL);
    await fixture.clock.advance(100);
    for (let index = 0; index < 1_000; index += 1) fixture.server.post(GENERAL, BOB);
    await fixture.clock.advance(100);
    expect(timeline(ada).messages.length).toBeLessThanOrEqual(MAX_WINDOW_MESSAGES);
    expect(timeline(ada).moreBefore).toBe(true);
    ada.loadOlder(GENERAL);
    await fixture.clock.advance(100);
    const { length } = timeline(ada).messages;
    for (let index = 0; index < 500; index += 1) fixture.server.post(GENERAL, BOB);
    await fixture.clock.advance(100);
    expect(timeline(ada).messages).toHaveLength(length + 500);
    for (let index = 0; index < MAX_EXTENDED_WINDOW_MESSAGES; index += 1) fixture.server.post(GENERAL, BOB);
    await fixture.clock.advance(100);
    expect(timeline(ada).messages.length).toBeLessThanOrEqual(MAX_EXTENDED_WINDOW_MESSAGES);
  });

  test('scrolling far back drops the latest messages, which are loaded again on the way down', async () => {
    await using fixture = new ClientFixture();
    const count = MAX_EXTENDED_WINDOW_MESSAGES + 200;
    const ada = await start(fixture, count);
    ada.open(GENERAL);
    await fixture.clock.advance(100);
    while (timeline(ada).moreBefore) {
      ada.loadOlder(GENERAL);
      await fixture.clock.advance(20);
      expect(timeline(ada).messages.length).toBeLessThanOrEqual(MAX_EXTENDED_WINDOW_MESSAGES);
    }
    expect(ends(ada)).toEqual(['0', `${MAX_EXTENDED_WINDOW_MESSAGES - 1}`, MAX_EXTENDED_WINDOW_MESSAGES]);
    expect(timeline(ada).moreAfter).toBe(true);
    fixture.server.post(GENERAL, BOB, { body: 'meanwhile' });
    while (timeline(ada).moreAfter) {
      ada.loadNewer(GENERAL);
      await fixture.clock.advance(20);
      expect(timeline(ada).messages.length).toBeLessThanOrEqual(MAX_EXTENDED_WINDOW_MESSAGES);
    }
    const bodies = shown(timeline(ada));
    expect(bodies.at(-1)).toBe('meanwhile');
    const first = Number(bodies[0]);
    expect(bodies.slice(0, -1)).toEqual(Array.from({ length: count - first }, (_, index) => `${first + index}`));
    expect(timeline(ada).moreBefore).toBe(true);
    expect(ada.channelOf(GENERAL)?.unread).toBe(MAX_COUNTED_UNREAD);
  });

  test('the channel opened least recently is unloaded, unless it is watched or has pending operations', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture, 1);
    const ids = Array.from({ length: MAX_LOADED_CHANNELS + 3 }, (_, index) => `c_${index}`);
    for (const id of ids) fixture.server.addChannel(id, [ADA]);
    ada.timeline('c_0').subscribe(() => undefined);
    fixture.server.intercept = (command) => (command.type === 'send' ? [] : null);
    for (const id of ids) {
      ada.open(id);
      if (id === 'c_1') ada.send(id, 'pending');
      await fixture.clock.advance(20);
    }
    const loaded = ids.filter((id) => ada.timeline(id).get().state === 'loaded');
    expect(loaded).toHaveLength(MAX_LOADED_CHANNELS);
    expect(ids.filter((id) => !loaded.includes(id))).toEqual(['c_2', 'c_3', 'c_4']);
  });
});
