import type { LogEvent } from '@parley/protocol';
import { settle, VirtualClock } from '@parley/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLocalBus } from '#adapters/local-bus.ts';
import { FEED_GRACE_MS, FEED_RETRY_MS, FEED_SWEEP_MS } from '#limits.ts';
import { StoreUnavailable } from '#ports/store.ts';
import { nullLogger, nullMetrics } from '#testing/null-logger.ts';
import { createFeed } from './feed.ts';
import type { SubscriberObserver } from './subscribers.ts';

const CHANNEL = 'c_1';

function event(seq: number): LogEvent {
  return { type: 'joined', channel: CHANNEL, seq, at: seq, by: 'u_1', user: 'u_1' };
}

/** A feed over a log in an array, and a bus on which only the test publishes. */
function setUp(stored: number, isReliable = true) {
  const log = Array.from({ length: stored }, (_, index) => event(index + 1));
  const received: number[] = [];
  const clock = new VirtualClock();
  const observers: SubscriberObserver[] = [];
  let [isDown, reads] = [false, 0];
  const bus = createLocalBus(nullLogger, { isReliable });
  const feed = createFeed({
    bus,
    clock,
    logger: nullLogger,
    metrics: nullMetrics,
    store: {
      heads: async () => {
        if (isDown) throw new StoreUnavailable('down');
        return new Map([[CHANNEL, log.length]]);
      },
      async eventsAfter(_channel, after, limit) {
        if (isDown) throw new StoreUnavailable('down');
        reads += 1;
        return { events: log.slice(after, after + limit), lastSeq: log.length };
      },
    },
    hub: { observe: (observer) => observers.push(observer) },
    published: () => Promise.resolve(),
    deliver: (_channel, events) => received.push(...events.map(({ seq }) => seq)),
  });
  return {
    feed,
    received,
    clock,
    reads: () => reads,
    /** The last connection unsubscribes. */
    unsubscribe: () => observers.forEach((observer) => observer.channelRemoved?.(CHANNEL, 'u_1')),
    setDown: (value: boolean) => {
      isDown = value;
    },
    store: (count: number) => {
      for (let n = 0; n < count; n += 1) log.push(event(log.length + 1));
    },
    publish: (...seqs: number[]) => {
      bus.publish(`channel.${CHANNEL}`, { kind: 'committed', channel: CHANNEL, events: seqs.map(event) });
    },
  };
}

test('a feed delivers each event once and in order, whatever the bus loses, duplicates and reorders', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 20 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 }),
      async (start, published) => {
        const { feed, received, store, publish } = setUp(start);
        await feed.follow([CHANNEL]);
        store(60 - start);
        for (const seq of published) {
          publish(seq);
          if (seq % 3 === 0) await settle();
        }
        await settle();
        publish(60);
        await settle();
        expect(received).toEqual(Array.from({ length: 60 - start }, (_, index) => start + index + 1));
      },
    ),
    { numRuns: 200 },
  );
});

test('an event stored between the subscription and the read of the head is delivered', async () => {
  const { feed, received, store, publish } = setUp(5);
  const following = feed.follow([CHANNEL]);
  store(1);
  publish(6);
  await following;
  store(1);
  publish(7);
  expect(received.at(-1)).toBe(7);
});

test('a gap is filled as soon as the store is available again', async () => {
  const { feed, received, clock, setDown, store, publish } = setUp(0);
  await feed.follow([CHANNEL]);
  store(3);
  setDown(true);
  publish(3);
  await clock.advance(FEED_RETRY_MS * 3);
  expect(received).toEqual([]);
  setDown(false);
  await clock.advance(FEED_RETRY_MS * 2);
  expect(received).toEqual([1, 2, 3]);
});

test('a check finds a last event that was not published', async () => {
  const { feed, received, store } = setUp(2);
  await feed.follow([CHANNEL]);
  store(1);
  feed.check([CHANNEL]);
  await settle();
  expect(received).toEqual([3]);
});

test('a channel without subscribers delivers nothing, not even events that were being read', async () => {
  const { feed, received, store, publish, unsubscribe } = setUp(0);
  await feed.follow([CHANNEL]);
  store(3);
  publish(3);
  unsubscribe();
  await settle();
  expect(received).toEqual([]);
});

test('a sweep finds a lost last event, also after a sweep that failed', async () => {
  const fixture = setUp(2, false);
  await fixture.feed.follow([CHANNEL]);
  fixture.store(2);
  fixture.setDown(true);
  await fixture.clock.advance(FEED_SWEEP_MS);
  expect(fixture.received).toEqual([]);
  fixture.setDown(false);
  await fixture.clock.advance(FEED_SWEEP_MS);
  expect(fixture.received).toEqual([]);
  await fixture.clock.advance(FEED_GRACE_MS);
  expect(fixture.received).toEqual([3, 4]);
  fixture.feed.close();
  await fixture.clock.advance(2 * FEED_SWEEP_MS);
  expect(fixture.clock.pending).toBe(0);
});

test('a sweep leaves a new event to the message that is on its way', async () => {
  const fixture = setUp(2, false);
  await fixture.feed.follow([CHANNEL]);
  await fixture.clock.advance(FEED_SWEEP_MS - 1);
  fixture.store(1);
  await fixture.clock.advance(1);
  fixture.publish(3);
  await fixture.clock.advance(FEED_GRACE_MS);
  expect(fixture.received).toEqual([3]);
  expect(fixture.reads()).toBe(0);
  fixture.feed.close();
});

test('a feed on a reliable bus does not sweep', async () => {
  const fixture = setUp(2);
  await fixture.feed.follow([CHANNEL]);
  expect(fixture.clock.pending).toBe(0);
});

test('following from a position returns whether its next event is still to be delivered', async () => {
  const fixture = setUp(5);
  await fixture.feed.follow([CHANNEL]);
  expect(fixture.feed.followFrom(CHANNEL, 5)).toBe(true);
  expect(fixture.feed.followFrom(CHANNEL, 4)).toBe(false);
  fixture.unsubscribe();
  expect(fixture.feed.followFrom(CHANNEL, 4)).toBe(true);
});

test('following from a position on an unreliable bus delivers what the store has after it', async () => {
  const { feed, received, clock } = setUp(5, false);
  expect(feed.followFrom(CHANNEL, 3)).toBe(true);
  await clock.advance(FEED_GRACE_MS);
  expect(received).toEqual([4, 5]);
  feed.close();
});
