import { MAX_SYNC_EVENTS, type ChannelId, type LogEvent } from '@parley/protocol';
import { FEED_GRACE_MS, FEED_RETRY_MS, FEED_SWEEP_MS, MAX_FEED_BUFFERED_EVENTS } from '#limits.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Store } from '#ports/store.ts';
import type { Subscribers } from './subscribers.ts';

/**
 * Delivers the committed events of the followed channels: each once, in seq order and without gaps, whatever the bus loses,
 * duplicates or reorders. A gap is filled from the store.
 */
export interface Feed {
  /** Follows channels from their last stored events. Resolves when every later event is certain to be delivered. */
  follow(channels: readonly ChannelId[]): Promise<void>;
  /** Follows a channel from a known position: `seq + 1` comes next. Returns false when that was delivered already. */
  followFrom(channel: ChannelId, seq: number): boolean;
  /** Resolves when everything up to `seq` was delivered, if the channel is followed. */
  deliverUpTo(channel: ChannelId, seq: number): Promise<void>;
  /** Delivers what the store has beyond the last delivered event. */
  check(channels: readonly ChannelId[]): void;
  close(): void;
}

export interface FeedDeps {
  readonly store: Pick<Store, 'heads' | 'eventsAfter'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'gapFilled'>;
  readonly hub: Pick<Subscribers, 'observe'>;
  readonly deliver: (channel: ChannelId, events: readonly LogEvent[]) => void;
  /** Resolves once the commits of this node that are stored by now have been published. */
  readonly published: () => Promise<void>;
}

interface Followed {
  readonly channel: ChannelId;
  /** The seq of the last delivered event; null until the last stored event is known. */
  deliveredSeq: number | null;
  /** Events after a gap, by seq. */
  readonly outOfOrder: Map<number, LogEvent>;
  isFilling: boolean;
  unsubscribe: () => void;
}

export function createFeed(deps: FeedDeps): Feed {
  const followed = new Map<ChannelId, Followed>();
  const stopSweep = deps.bus.isReliable ? () => undefined : startSweep(deps, followed);

  function start(channel: ChannelId, seq: number | null): Followed {
    const feed = subscribe(deps, channel, seq);
    followed.set(channel, feed);
    return feed;
  }

  deps.hub.observe({
    channelRemoved(channel) {
      stop(followed.get(channel));
      followed.delete(channel);
    },
  });

  return {
    async follow(channels) {
      const unknown = channels.filter((channel) => (followed.get(channel)?.deliveredSeq ?? null) === null);
      for (const channel of unknown) if (!followed.has(channel)) start(channel, null);
      if (unknown.length === 0) return;
      const heads = await deps.store.heads(unknown);
      // A stored event may not be published yet. Counted as delivered before that, it would be skipped for everyone.
      await deps.published();
      for (const channel of unknown) {
        const feed = followed.get(channel);
        if (feed === undefined || feed.deliveredSeq !== null) continue;
        feed.deliveredSeq = heads.get(channel) ?? 0;
        advance(deps, feed);
      }
    },
    followFrom(channel, seq) {
      // Messages from before the subscription are lost, and the message with this position may be late.
      const mayBeBehind = !followed.has(channel) && !deps.bus.isReliable;
      const feed = followed.get(channel) ?? start(channel, seq);
      feed.deliveredSeq ??= seq;
      advance(deps, feed);
      if (mayBeBehind) fillAfterGrace(deps, feed, seq + 1);
      return feed.deliveredSeq <= seq;
    },
    async deliverUpTo(channel, seq) {
      const feed = followed.get(channel);
      if (feed !== undefined && (feed.deliveredSeq ?? seq) < seq) await fillFromStore(deps, feed);
    },
    check(channels) {
      for (const feed of channels.map((channel) => followed.get(channel))) if (feed !== undefined) fill(deps, feed);
    },
    close() {
      stopSweep();
      for (const feed of followed.values()) stop(feed);
      followed.clear();
    },
  };
}

function subscribe(deps: FeedDeps, channel: ChannelId, deliveredSeq: number | null): Followed {
  const feed: Followed = {
    channel,
    deliveredSeq,
    outOfOrder: new Map(),
    isFilling: false,
    unsubscribe: () => undefined,
  };
  feed.unsubscribe = deps.bus.subscribe(`channel.${channel}`, (message) => {
    if (message.kind === 'committed') receive(deps, feed, message.events);
  });
  return feed;
}

function stop(feed: Followed | undefined): void {
  if (feed === undefined) return;
  feed.unsubscribe();
  feed.outOfOrder.clear();
  feed.deliveredSeq = Number.POSITIVE_INFINITY;
}

function receive(deps: FeedDeps, feed: Followed, events: readonly LogEvent[]): void {
  const first = events[0];
  if (
    feed.outOfOrder.size === 0 &&
    first !== undefined &&
    feed.deliveredSeq !== null &&
    first.seq === feed.deliveredSeq + 1
  ) {
    feed.deliveredSeq += events.length;
    deps.deliver(feed.channel, events);
    return;
  }
  for (const event of events) {
    if (feed.deliveredSeq !== null && event.seq <= feed.deliveredSeq) continue;
    if (feed.outOfOrder.size < MAX_FEED_BUFFERED_EVENTS) feed.outOfOrder.set(event.seq, event);
  }
  advance(deps, feed);
}

/** Delivers the events without a gap before them, and starts to fill the gap that is left. */
function advance(deps: FeedDeps, feed: Followed): void {
  if (feed.deliveredSeq === null) return;
  for (const seq of feed.outOfOrder.keys()) if (seq <= feed.deliveredSeq) feed.outOfOrder.delete(seq);
  const ready: LogEvent[] = [];
  for (
    let next = feed.outOfOrder.get(feed.deliveredSeq + 1);
    next !== undefined;
    next = feed.outOfOrder.get(feed.deliveredSeq + 1)
  ) {
    ready.push(next);
    feed.outOfOrder.delete(next.seq);
    feed.deliveredSeq = next.seq;
  }
  if (ready.length > 0) deps.deliver(feed.channel, ready);
  if (feed.outOfOrder.size > 0) fill(deps, feed);
}

function fill(deps: FeedDeps, feed: Followed): void {
  if (feed.isFilling) return;
  feed.isFilling = true;
  void fillFromStore(deps, feed).then(
    () => {
      feed.isFilling = false;
    },
    (error: unknown) => {
      deps.logger.warn({ err: error, channel: feed.channel }, 'a gap could not be filled yet');
      deps.clock.after(FEED_RETRY_MS, () => {
        feed.isFilling = false;
        fill(deps, feed);
      });
    },
  );
}

async function fillFromStore(deps: FeedDeps, feed: Followed): Promise<void> {
  for (;;) {
    if (feed.deliveredSeq === null || feed.deliveredSeq === Number.POSITIVE_INFINITY) return;
    const { events, lastSeq } = await deps.store.eventsAfter(feed.channel, feed.deliveredSeq, MAX_SYNC_EVENTS);
    for (const event of events) feed.outOfOrder.set(event.seq, event);
    if (events.length > 0) deps.metrics.gapFilled(events.length);
    // `isFilling` is set, so this does not start a second fill.
    advance(deps, feed);
    if (feed.deliveredSeq >= lastSeq || events.length === 0) return;
  }
}

/**
 * A lost message leaves no visible gap when none follows, so the positions are compared with the store regularly. Returns
 * the function that stops it.
 */
function startSweep(deps: FeedDeps, followed: ReadonlyMap<ChannelId, Followed>): () => void {
  const compare = (repair: typeof fillAfterGrace): Promise<void> =>
    sweep(deps, followed, repair).catch((error: unknown) => {
      deps.logger.warn({ err: error }, 'the feed could not be compared with the store');
    });
  let stop: (() => void) | null = () => undefined;
  const wait = (): void => {
    if (stop !== null) stop = deps.clock.after(FEED_SWEEP_MS, () => void compare(fillAfterGrace).then(wait));
  };
  wait();
  const stopListening = deps.bus.onReconnect(() => void compare(fill));
  return () => {
    stop?.();
    stop = null;
    stopListening();
  };
}

async function sweep(
  deps: FeedDeps,
  followed: ReadonlyMap<ChannelId, Followed>,
  repair: typeof fillAfterGrace,
): Promise<void> {
  if (followed.size === 0) return;
  const heads = await deps.store.heads([...followed.keys()]);
  for (const [channel, head] of heads) {
    const feed = followed.get(channel);
    if (feed !== undefined && feed.deliveredSeq !== null && feed.deliveredSeq < head) repair(deps, feed, head);
  }
}

/**
 * The message about a new stored event is probably on its way. Waiting for it is better than filling: it follows the
 * `membership-granted` of a `joined`, without which the new member's connections have to reconnect.
 */
function fillAfterGrace(deps: FeedDeps, feed: Followed, seq: number): void {
  deps.clock.after(FEED_GRACE_MS, () => {
    if (feed.deliveredSeq !== null && feed.deliveredSeq < seq) fill(deps, feed);
  });
}
