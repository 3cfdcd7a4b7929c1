import { MAX_COUNTED_UNREAD } from '@parley/protocol';
import { ADA, BOB, ClientWorld, GENERAL, shown } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ParleyClient } from '../parley-client.ts';
import { MAX_LOADED_CHANNELS } from './history-loader.ts';
import { MAX_EXTENDED_WINDOW_MESSAGES, MAX_WINDOW_MESSAGES } from './message-window.ts';

/** A channel of `count` messages, '0' to the last. */
async function start(world: ClientWorld, count: number): Promise<ParleyClient> {
  world.server.addChannel(GENERAL, [ADA, BOB]);
  for (let index = 0; index < count; index += 1) world.server.say(GENERAL, BOB, { body: `${index}`, id: `m${index}` });
  return world.online(ADA);
}

const timeline = (client: ParleyClient) => client.timeline(GENERAL).get();
const ends = (client: ParleyClient) => {
  const bodies = shown(timeline(client));
  return [bodies[0], bodies.at(-1), bodies.length];
};

describe('opening a channel', () => {
  test('loads the latest messages, and does not load them twice', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 120);
    expect(timeline(ada).state).toBe('empty');
    ada.open(GENERAL);
    expect(timeline(ada).state).toBe('loading');
    await world.clock.advance(100);
    expect(timeline(ada)).toMatchObject({ state: 'loaded', moreBefore: true, moreAfter: false });
    expect(ends(ada)).toEqual(['70', '119', 50]);
    ada.open(GENERAL);
    ada.open(GENERAL, 100);
    await world.clock.advance(100);
    expect(world.server.commands('history')).toHaveLength(1);
  });

  test('before there is a connection, or the channel, loads it when there is', async () => {
    await using world = new ClientWorld();
    const ada = world.client(ADA);
    ada.open(GENERAL);
    ada.open('c_new');
    ada.connect();
    world.server.addChannel(GENERAL, [ADA]);
    await world.clock.advance(100);
    expect(timeline(ada).state).toBe('loaded');
    world.server.addChannel('c_new', [ADA]);
    await world.clock.advance(100);
    expect(ada.timeline('c_new').get().state).toBe('loaded');
  });

  test('around a seq loads both sides of it, page by page in both directions up to the end', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 200);
    ada.open(GENERAL, 102);
    await world.clock.advance(100);
    expect(timeline(ada)).toMatchObject({ moreBefore: true, moreAfter: true });
    expect(ends(ada)).toEqual(['74', '123', 50]);
    ada.loadOlder(GENERAL);
    ada.loadOlder(GENERAL);
    ada.loadNewer(GENERAL);
    expect(timeline(ada)).toMatchObject({ loadingBefore: true, loadingAfter: true });
    await world.clock.advance(100);
    expect(timeline(ada)).toMatchObject({ loadingBefore: false, loadingAfter: false });
    expect(ends(ada)).toEqual(['24', '173', 150]);
    ada.loadNewer(GENERAL);
    ada.loadOlder(GENERAL);
    await world.clock.advance(100);
    expect(timeline(ada)).toMatchObject({ moreBefore: false, moreAfter: false });
    world.server.say(GENERAL, BOB, { body: 'new' });
    await world.clock.advance(100);
    expect(ends(ada)).toEqual(['0', 'new', 201]);
    expect(world.server.commands('history')).toHaveLength(5);
  });

  test('detached from the end does not show new messages or pending ones; sending goes back to the end', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 200);
    ada.open(GENERAL, 50);
    await world.clock.advance(100);
    world.server.say(GENERAL, BOB, { body: 'new' });
    await world.clock.advance(100);
    expect(ends(ada)).toEqual(['22', '71', 50]);
    world.server.intercept = (command) => (command.type === 'send' ? [] : null);
    ada.send(GENERAL, 'mine');
    expect(timeline(ada).state).toBe('loading');
    expect(shown(timeline(ada))).toEqual(['?mine']);
    ada.open(GENERAL, 50);
    await world.clock.advance(100);
    expect(ends(ada)).toEqual(['22', '71', 50]);
    world.server.intercept = null;
    world.server.connection.close();
    await world.clock.advance(2_000);
    ada.jumpToLatest(GENERAL);
    await world.clock.advance(100);
    expect(shown(timeline(ada)).slice(-2)).toEqual(['new', 'mine']);
  });

  test('that fails says so, and opening again tries again at once', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 10);
    world.server.intercept = (command, connection) => {
      if (command.type !== 'history') return null;
      connection.refuse(command.ref, 'internal');
      return [];
    };
    ada.open(GENERAL);
    await world.clock.advance(3_500);
    expect(timeline(ada).state).toBe('failed');
    expect(world.server.commands('history')).toHaveLength(3);
    world.server.intercept = null;
    ada.open(GENERAL);
    await world.clock.advance(100);
    expect(timeline(ada).state).toBe('loaded');
  });

  test('that fails while the server can not read succeeds by itself within 5 s of its return', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 10);
    world.server.intercept = (command, connection) => {
      if (command.type !== 'history') return null;
      connection.refuse(command.ref, 'unavailable');
      return [];
    };
    ada.open(GENERAL);
    const states = new Set<string>();
    await world.clock.advance(3_500);
    ada.timeline(GENERAL).subscribe(() => states.add(timeline(ada).state));
    await world.clock.advance(60_000);
    expect([...states, timeline(ada).state]).toEqual(['failed']);
    world.server.intercept = null;
    await world.clock.advance(5_000);
    expect(ends(ada)).toEqual(['0', '9', 10]);
  });

  test('that is refused for good is not asked for again', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 10);
    world.server.intercept = (command, connection) => {
      if (command.type !== 'history') return null;
      connection.refuse(command.ref, 'not_found');
      return [];
    };
    ada.open(GENERAL);
    await world.clock.advance(60_000);
    expect(timeline(ada).state).toBe('failed');
    expect(world.server.commands('history')).toHaveLength(1);
  });

  test('whose answer is lost with the connection is asked for again on the next', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 10);
    world.server.fault = (frame) => (frame.type === 'messages' ? [] : [frame]);
    ada.open(GENERAL);
    await world.clock.advance(50);
    world.server.fault = null;
    world.server.connection.close();
    await world.clock.advance(2_000);
    expect(ends(ada)).toEqual(['0', '9', 10]);
  });
});

describe('a page and the events around it', () => {
  test('older messages loaded ahead of the events do not fall back to what they were', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 100);
    ada.open(GENERAL);
    await world.clock.advance(100);
    const held: (() => void)[] = [];
    world.server.fault = (frame, connection) => {
      if (!('by' in frame)) return [frame];
      held.push(() => connection.sayRaw(JSON.stringify(frame)));
      return [];
    };
    for (const body of ['first', 'second']) world.server.append(GENERAL, { type: 'edited', by: BOB, id: 'm10', body });
    ada.loadOlder(GENERAL);
    await world.clock.advance(50);
    const seen = [shown(timeline(ada))[10]];
    ada.timeline(GENERAL).subscribe(() => seen.push(shown(timeline(ada))[10]));
    for (const deliver of held) {
      deliver();
      await world.clock.advance(50);
    }
    expect(seen.every((body) => body === 'second')).toBe(true);
    expect(ada.channelOf(GENERAL)?.lastSeq).toBe(104);
  });

  test('the answer to an earlier wish does not replace that to a later one', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 200);
    const late: (() => void)[] = [];
    world.server.fault = (frame, connection) => {
      if (frame.type !== 'messages') return [frame];
      late.push(() => connection.sayRaw(JSON.stringify(frame)));
      return [];
    };
    ada.open(GENERAL);
    ada.open(GENERAL, 50);
    await world.clock.advance(50);
    late[1]!();
    await world.clock.advance(50);
    late[0]!();
    await world.clock.advance(50);
    expect(ends(ada)).toEqual(['22', '71', 50]);
  });

  test('events that the page already holds do not change it again', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 3);
    const { connection } = world.server;
    const held: string[] = [];
    world.server.fault = (frame) => {
      if (!('by' in frame)) return [frame];
      held.push(JSON.stringify(frame));
      return [];
    };
    world.server.append(GENERAL, { type: 'edited', by: BOB, id: 'm1', body: 'early' });
    world.server.append(GENERAL, { type: 'edited', by: BOB, id: 'm1', body: 'late' });
    world.server.say(GENERAL, BOB, { body: '3' });
    const seen: string[] = [];
    ada.timeline(GENERAL).subscribe(() => seen.push(shown(timeline(ada)).join(' ')));
    ada.open(GENERAL);
    await world.clock.advance(50);
    for (const frame of held) connection.sayRaw(frame);
    await world.clock.advance(50);
    expect(seen).toEqual(['', '0 late 2 3']);
    expect(ada.channelOf(GENERAL)).toMatchObject({ lastSeq: 8, unread: 4 });
  });

  test('a page from before events that were applied is brought up to date', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 100);
    ada.open(GENERAL);
    await world.clock.advance(100);
    const late: (() => void)[] = [];
    world.server.fault = (frame, connection) => {
      if (frame.type !== 'messages') return [frame];
      late.push(() => connection.sayRaw(JSON.stringify(frame)));
      return [];
    };
    ada.loadOlder(GENERAL);
    await world.clock.advance(50);
    world.server.append(GENERAL, { type: 'edited', by: BOB, id: 'm10', body: 'edited' });
    world.server.say(GENERAL, BOB, { body: 'new' });
    await world.clock.advance(50);
    world.server.fault = null;
    for (const deliver of late) deliver();
    await world.clock.advance(100);
    expect(shown(timeline(ada))[10]).toBe('edited');
    expect(ends(ada)).toEqual(['0', 'new', 101]);
    expect(ada.channelOf(GENERAL)).toMatchObject({ lastSeq: 104, unread: 101 });
  });
});

describe('memory', () => {
  test('the oldest messages of a busy channel are let go of, unless the user scrolled back', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 60);
    ada.open(GENERAL);
    await world.clock.advance(100);
    for (let index = 0; index < 1_000; index += 1) world.server.say(GENERAL, BOB);
    await world.clock.advance(100);
    expect(timeline(ada).messages.length).toBeLessThanOrEqual(MAX_WINDOW_MESSAGES);
    expect(timeline(ada).moreBefore).toBe(true);
    ada.loadOlder(GENERAL);
    await world.clock.advance(100);
    const { length } = timeline(ada).messages;
    for (let index = 0; index < 500; index += 1) world.server.say(GENERAL, BOB);
    await world.clock.advance(100);
    expect(timeline(ada).messages).toHaveLength(length + 500);
    for (let index = 0; index < MAX_EXTENDED_WINDOW_MESSAGES; index += 1) world.server.say(GENERAL, BOB);
    await world.clock.advance(100);
    expect(timeline(ada).messages.length).toBeLessThanOrEqual(MAX_EXTENDED_WINDOW_MESSAGES);
  });

  test('scrolling far back lets go of the latest messages, which come again on the way down', async () => {
    await using world = new ClientWorld();
    const count = MAX_EXTENDED_WINDOW_MESSAGES + 200;
    const ada = await start(world, count);
    ada.open(GENERAL);
    await world.clock.advance(100);
    while (timeline(ada).moreBefore) {
      ada.loadOlder(GENERAL);
      await world.clock.advance(20);
      expect(timeline(ada).messages.length).toBeLessThanOrEqual(MAX_EXTENDED_WINDOW_MESSAGES);
    }
    expect(ends(ada)).toEqual(['0', `${MAX_EXTENDED_WINDOW_MESSAGES - 1}`, MAX_EXTENDED_WINDOW_MESSAGES]);
    expect(timeline(ada).moreAfter).toBe(true);
    world.server.say(GENERAL, BOB, { body: 'meanwhile' });
    while (timeline(ada).moreAfter) {
      ada.loadNewer(GENERAL);
      await world.clock.advance(20);
      expect(timeline(ada).messages.length).toBeLessThanOrEqual(MAX_EXTENDED_WINDOW_MESSAGES);
    }
    const bodies = shown(timeline(ada));
    expect(bodies.at(-1)).toBe('meanwhile');
    const first = Number(bodies[0]);
    expect(bodies.slice(0, -1)).toEqual(Array.from({ length: count - first }, (_, index) => `${first + index}`));
    expect(timeline(ada).moreBefore).toBe(true);
    expect(ada.channelOf(GENERAL)?.unread).toBe(MAX_COUNTED_UNREAD);
  });

  test('of the channels not opened for longest the messages are let go of, not of those watched or written in', async () => {
    await using world = new ClientWorld();
    const ada = await start(world, 1);
    const ids = Array.from({ length: MAX_LOADED_CHANNELS + 3 }, (_, index) => `c_${index}`);
    for (const id of ids) world.server.addChannel(id, [ADA]);
    ada.timeline('c_0').subscribe(() => undefined);
    world.server.intercept = (command) => (command.type === 'send' ? [] : null);
    for (const id of ids) {
      ada.open(id);
      if (id === 'c_1') ada.send(id, 'pending');
      await world.clock.advance(20);
    }
    const loaded = ids.filter((id) => ada.timeline(id).get().state === 'loaded');
    expect(loaded).toHaveLength(MAX_LOADED_CHANNELS);
    expect(ids.filter((id) => !loaded.includes(id))).toEqual(['c_2', 'c_3', 'c_4']);
  });
});
