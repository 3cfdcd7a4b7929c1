import { MAX_SYNC_EVENTS, type ChannelId, type LogEvent } from '@parley/protocol';
import { FEED_PATIENCE_MS, FEED_RETRY_MS, FEED_SWEEP_MS, MAX_HELD_EVENTS } from '#limits.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Store } from '#ports/store.ts';

/**
 * Hands out the committed events of the channels that someone here follows: each once, in seq order, without a hole,
 * whatever the bus loses, doubles or reorders. A jump is filled from the store.
 */
export interface Feed {
  /** Follows channels from their present heads. Resolves when every later event is sure to be handed out. */
  follow(channels: readonly ChannelId[]): Promise<void>;
  /** Follows a channel from a known position: the next event is `have + 1`. False when it was handed out already. */
  followFrom(channel: ChannelId, have: number): boolean;
  /** Resolves when everything up to `seq` was handed out, if the channel is followed. */
  reach(channel: ChannelId, seq: number): Promise<void>;
  unfollow(channel: ChannelId): void;
  /** Looks whether the store has more than was handed out. */
  check(channels: readonly ChannelId[]): void;
  close(): void;
}

export interface FeedParts {
  readonly store: Pick<Store, 'heads' | 'eventsAfter'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'gapFilled'>;
  readonly deliver: (channel: ChannelId, events: readonly LogEvent[]) => void;
  /** Resolves when what the store has by now was put on the bus, as far as this node stored it. */
  readonly told: () => Promise<void>;
}

interface Followed {
  readonly channel: ChannelId;
  /** The last seq handed out; null until the head is known. */
  have: number | null;
  /** Events from beyond a hole, by seq. */
  readonly held: Map<number, LogEvent>;
  filling: boolean;
  unsubscribe: () => void;
}

export function createFeed(parts: FeedParts): Feed {
  const followed = new Map<ChannelId, Followed>();
  const stopSweep = parts.bus.isReliable ? () => undefined : startSweep(parts, followed);

  function start(channel: ChannelId, have: number | null): Followed {
    const feed = subscribe(parts, channel, have);
    followed.set(channel, feed);
    return feed;
  }

  return {
    async follow(channels) {
      const unknown = channels.filter((channel) => (followed.get(channel)?.have ?? null) === null);
      for (const channel of unknown) if (!followed.has(channel)) start(channel, null);
      if (unknown.length === 0) return;
      const heads = await parts.store.heads(unknown);
      // A head may be ahead of its news, and news that comes after it was counted as handed out is late for everyone.
      await parts.told();
      for (const channel of unknown) {
        const feed = followed.get(channel);
        if (feed === undefined || feed.have !== null) continue;
        feed.have = heads.get(channel) ?? 0;
        advance(parts, feed);
      }
    },
    followFrom(channel, have) {
      // What was said on the channel's topic before anyone listened is lost; and this news may be old.
      const isDoubtful = !followed.has(channel) && !parts.bus.isReliable;
      const feed = followed.get(channel) ?? start(channel, have);
      feed.have ??= have;
      advance(parts, feed);
      if (isDoubtful) fillUnlessHeard(parts, feed, have + 1);
      return feed.have <= have;
    },
    async reach(channel, seq) {
      const feed = followed.get(channel);
      if (feed !== undefined && (feed.have ?? seq) < seq) await fillFromStore(parts, feed);
    },
    unfollow(channel) {
      stop(followed.get(channel));
      followed.delete(channel);
    },
    check(channels) {
      for (const feed of channels.map((channel) => followed.get(channel))) if (feed !== undefined) fill(parts, feed);
    },
    close() {
      stopSweep();
      for (const feed of followed.values()) stop(feed);
      followed.clear();
    },
  };
}

function subscribe(parts: FeedParts, channel: ChannelId, have: number | null): Followed {
  const feed: Followed = { channel, have, held: new Map(), filling: false, unsubscribe: () => undefined };
  feed.unsubscribe = parts.bus.subscribe(`channel.${channel}`, (message) => {
    if (message.kind === 'committed') receive(parts, feed, message.events);
  });
  return feed;
}

function stop(feed: Followed | undefined): void {
  if (feed === undefined) return;
  feed.unsubscribe();
  feed.held.clear();
  feed.have = Number.POSITIVE_INFINITY;
}

function receive(parts: FeedParts, feed: Followed, events: readonly LogEvent[]): void {
  const first = events[0];
  if (feed.held.size === 0 && first !== undefined && feed.have !== null && first.seq === feed.have + 1) {
    feed.have += events.length;
    parts.deliver(feed.channel, events);
    return;
  }
  for (const event of events) {
    if (feed.have !== null && event.seq <= feed.have) continue;
    if (feed.held.size < MAX_HELD_EVENTS) feed.held.set(event.seq, event);
  }
  advance(parts, feed);
}

/** Hands out what follows without a hole, and starts to fill the hole that is left. */
function advance(parts: FeedParts, feed: Followed): void {
  if (feed.have === null) return;
  for (const seq of feed.held.keys()) if (seq <= feed.have) feed.held.delete(seq);
  const ready: LogEvent[] = [];
  for (let next = feed.held.get(feed.have + 1); next !== undefined; next = feed.held.get(feed.have + 1)) {
    ready.push(next);
    feed.held.delete(next.seq);
    feed.have = next.seq;
  }
  if (ready.length > 0) parts.deliver(feed.channel, ready);
  if (feed.held.size > 0) fill(parts, feed);
}

function fill(parts: FeedParts, feed: Followed): void {
  if (feed.filling) return;
  feed.filling = true;
  void fillFromStore(parts, feed).then(
    () => {
      feed.filling = false;
    },
    (error: unknown) => {
      parts.logger.warn({ err: error, channel: feed.channel }, 'a gap could not be filled yet');
      parts.clock.after(FEED_RETRY_MS, () => {
        feed.filling = false;
        fill(parts, feed);
      });
    },
  );
}

async function fillFromStore(parts: FeedParts, feed: Followed): Promise<void> {
  for (;;) {
    if (feed.have === null || feed.have === Number.POSITIVE_INFINITY) return;
    const { events, lastSeq } = await parts.store.eventsAfter(feed.channel, feed.have, MAX_SYNC_EVENTS);
    for (const event of events) feed.held.set(event.seq, event);
    if (events.length > 0) parts.metrics.gapFilled(events.length);
    // `filling` is set, so this does not start a second fill.
    advance(parts, feed);
    if (feed.have >= lastSeq || events.length === 0) return;
  }
}

/** A lost message shows no jump when nothing follows it: so the heads are compared with the store. Returns its undo. */
function startSweep(parts: FeedParts, followed: ReadonlyMap<ChannelId, Followed>): () => void {
  const compare = (repair: typeof fillUnlessHeard): Promise<void> =>
    sweep(parts, followed, repair).catch((error: unknown) => {
      parts.logger.warn({ err: error }, 'the heads could not be compared');
    });
  let stop: (() => void) | null = () => undefined;
  const wait = (): void => {
    if (stop !== null) stop = parts.clock.after(FEED_SWEEP_MS, () => void compare(fillUnlessHeard).then(wait));
  };
  wait();
  const forgetReturn = parts.bus.onReturn(() => void compare(fill));
  return () => {
    stop?.();
    stop = null;
    forgetReturn();
  };
}

async function sweep(
  parts: FeedParts,
  followed: ReadonlyMap<ChannelId, Followed>,
  repair: typeof fillUnlessHeard,
): Promise<void> {
  if (followed.size === 0) return;
  const heads = await parts.store.heads([...followed.keys()]);
  for (const [channel, head] of heads) {
    const feed = followed.get(channel);
    if (feed !== undefined && feed.have !== null && feed.have < head) repair(parts, feed, head);
  }
}

/**
 * The news of what the store has is on its way, most likely. It is waited for: it brings along who gains the channel, and
 * who hears of a `joined` from the store instead has to connect anew.
 */
function fillUnlessHeard(parts: FeedParts, feed: Followed, seq: number): void {
  parts.clock.after(FEED_PATIENCE_MS, () => {
    if (feed.have !== null && feed.have < seq) fill(parts, feed);
  });
}
