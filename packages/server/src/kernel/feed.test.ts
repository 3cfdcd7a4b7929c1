import type { LogEvent } from '@parley/protocol';
import { settle, VirtualClock } from '@parley/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FEED_PATIENCE_MS, FEED_RETRY_MS, FEED_SWEEP_MS } from '#limits.ts';
import type { Bus, BusMessage, Hear } from '#ports/bus.ts';
import { StoreUnavailable } from '#ports/store.ts';
import { silent, uncounted } from '#testing/null-logger.ts';
import { createFeed } from './feed.ts';

const CHANNEL = 'c_1';

function event(seq: number): LogEvent {
  return { type: 'joined', channel: CHANNEL, seq, at: seq, by: 'u_1', user: 'u_1' };
}

/** A feed over a log in an array, and a bus that does only what the test does. */
function setUp(stored: number, isReliable = true) {
  const log = Array.from({ length: stored }, (_, index) => event(index + 1));
  const hearing = new Set<Hear>();
  const returns = new Set<() => void>();
  const heard: number[] = [];
  const clock = new VirtualClock();
  let [away, reads] = [false, 0];
  const bus: Bus = {
    isReliable,
    publish: () => undefined,
    subscribe(_topic, hear) {
      hearing.add(hear);
      return () => hearing.delete(hear);
    },
    ask: async () => null,
    onReturn(hear) {
      returns.add(hear);
      return () => returns.delete(hear);
    },
    close: () => Promise.resolve(),
  };
  const feed = createFeed({
    bus,
    clock,
    logger: silent,
    metrics: uncounted,
    store: {
      heads: async () => {
        if (away) throw new StoreUnavailable('away');
        return new Map([[CHANNEL, log.length]]);
      },
      async eventsAfter(_channel, after, limit) {
        if (away) throw new StoreUnavailable('away');
        reads += 1;
        return { events: log.slice(after, after + limit), lastSeq: log.length };
      },
    },
    told: () => Promise.resolve(),
    deliver: (_channel, events) => heard.push(...events.map(({ seq }) => seq)),
  });
  return {
    feed,
    heard,
    clock,
    reads: () => reads,
    setAway: (value: boolean) => {
      away = value;
    },
    store: (count: number) => {
      for (let n = 0; n < count; n += 1) log.push(event(log.length + 1));
    },
    ring: (...seqs: number[]) => {
      const message: BusMessage = { kind: 'committed', channel: CHANNEL, events: seqs.map(event) };
      for (const hear of hearing) hear(message, () => undefined);
    },
  };
}

test('a feed hands out each event once and in order, whatever the bus loses, doubles and reorders', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 20 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 }),
      async (start, rings) => {
        const { feed, heard, store, ring } = setUp(start);
        await feed.follow([CHANNEL]);
        store(60 - start);
        for (const seq of rings) {
          ring(seq);
          if (seq % 3 === 0) await settle();
        }
        await settle();
        ring(60);
        await settle();
        expect(heard).toEqual(Array.from({ length: 60 - start }, (_, index) => start + index + 1));
      },
    ),
    { numRuns: 200 },
  );
});

test('what happens between following and knowing the head is handed out', async () => {
  const { feed, heard, store, ring } = setUp(5);
  const following = feed.follow([CHANNEL]);
  store(1);
  ring(6);
  await following;
  store(1);
  ring(7);
  expect(heard.at(-1)).toBe(7);
});

test('a gap is filled as soon as the store answers again', async () => {
  const { feed, heard, clock, setAway, store, ring } = setUp(0);
  await feed.follow([CHANNEL]);
  store(3);
  setAway(true);
  ring(3);
  await clock.advance(FEED_RETRY_MS * 3);
  expect(heard).toEqual([]);
  setAway(false);
  await clock.advance(FEED_RETRY_MS * 2);
  expect(heard).toEqual([1, 2, 3]);
});

test('a check finds the last event that nobody announced', async () => {
  const { feed, heard, store } = setUp(2);
  await feed.follow([CHANNEL]);
  store(1);
  feed.check([CHANNEL]);
  await settle();
  expect(heard).toEqual([3]);
});

test('nothing is handed out after unfollowing, not even what was being read', async () => {
  const { feed, heard, store, ring } = setUp(0);
  await feed.follow([CHANNEL]);
  store(3);
  ring(3);
  feed.unfollow(CHANNEL);
  await settle();
  expect(heard).toEqual([]);
});

test('on a bus that may lose, a last event that it lost is found by a sweep, also after one that failed', async () => {
  const world = setUp(2, false);
  await world.feed.follow([CHANNEL]);
  world.store(2);
  world.setAway(true);
  await world.clock.advance(FEED_SWEEP_MS);
  expect(world.heard).toEqual([]);
  world.setAway(false);
  await world.clock.advance(FEED_SWEEP_MS);
  expect(world.heard).toEqual([]);
  await world.clock.advance(FEED_PATIENCE_MS);
  expect(world.heard).toEqual([3, 4]);
  world.feed.close();
  await world.clock.advance(2 * FEED_SWEEP_MS);
  expect(world.clock.pending).toBe(0);
});

test('what a sweep finds is left to the news that is on its way', async () => {
  const world = setUp(2, false);
  await world.feed.follow([CHANNEL]);
  await world.clock.advance(FEED_SWEEP_MS - 1);
  world.store(1);
  await world.clock.advance(1);
  world.ring(3);
  await world.clock.advance(FEED_PATIENCE_MS);
  expect(world.heard).toEqual([3]);
  expect(world.reads()).toBe(0);
  world.feed.close();
});

test('on a bus that loses nothing there is nothing to sweep', async () => {
  const world = setUp(2);
  await world.feed.follow([CHANNEL]);
  expect(world.clock.pending).toBe(0);
});

test('following from a position tells whether its next event is still to come', async () => {
  const world = setUp(5);
  await world.feed.follow([CHANNEL]);
  expect(world.feed.followFrom(CHANNEL, 5)).toBe(true);
  expect(world.feed.followFrom(CHANNEL, 4)).toBe(false);
  world.feed.unfollow(CHANNEL);
  expect(world.feed.followFrom(CHANNEL, 4)).toBe(true);
});

test('following from a position on a bus that may lose begins with what the store has after it', async () => {
  const { feed, heard, clock } = setUp(5, false);
  expect(feed.followFrom(CHANNEL, 3)).toBe(true);
  await clock.advance(FEED_PATIENCE_MS);
  expect(heard).toEqual([4, 5]);
  feed.close();
});
