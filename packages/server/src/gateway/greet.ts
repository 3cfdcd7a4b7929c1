import {
  MAX_BODY_CHARS,
  MAX_FRAME_BYTES,
  PING_MS,
  SEND_TIMEOUT_MS,
  TYPING_EXPIRE_MS,
  TYPING_REPEAT_MS,
  type ChannelSummary,
  type ReadyFrame,
  type User,
  type UserId,
} from '@parley/protocol';
import type { Chat } from '#chat/chat.ts';
import type { Feed } from '#chat/feed.ts';
import { GENERAL } from '#chat/general.ts';
import type { Presence } from '#chat/presence.ts';
import type { Clock } from '#ports/clock.ts';
import type { Store } from '#ports/store.ts';
import type { Connection, Outgoing } from './connection.ts';
import type { Fanout } from './fanout.ts';

export interface GreetParts {
  readonly chat: Chat;
  readonly store: Store;
  readonly feed: Feed;
  readonly fanout: Fanout;
  readonly presence: Presence;
  readonly clock: Clock;
}

const LIMITS = { maxBodyChars: MAX_BODY_CHARS, maxFrameBytes: MAX_FRAME_BYTES };
const TIMERS = {
  pingMs: PING_MS,
  typingRepeatMs: TYPING_REPEAT_MS,
  typingExpireMs: TYPING_EXPIRE_MS,
  sendTimeoutMs: SEND_TIMEOUT_MS,
};

/**
 * Brings a connection up: it hears its channels first and is told their state second, so that nothing falls between.
 * What it hears meanwhile is held back until `ready`, and left out if `ready` tells it already.
 */
export async function greet(parts: GreetParts, connection: Connection, user: User): Promise<void> {
  const { chat, store, feed, fanout, presence, clock } = parts;
  fanout.register(connection);
  let channels = await store.channelIdsOf(user.id);
  if (!channels.includes(GENERAL)) {
    await chat.welcome(user.id);
    channels = await store.channelIdsOf(user.id);
  }
  if (connection.isClosed) return;
  for (const channel of channels) fanout.subscribe(connection, channel);
  await feed.follow(channels);
  const [epoch, summaries] = await Promise.all([store.epoch(), store.summariesOf(user.id)]);
  if (connection.isClosed) return;
  const told = new Map(summaries.map((summary) => [summary.id, summary]));
  for (const summary of summaries) {
    if (connection.channels.has(summary.id)) continue;
    fanout.subscribe(connection, summary.id);
    feed.followFrom(summary.id, summary.lastSeq);
  }
  // What `ready` tells must not come again, so the feed, which may be behind the store, catches up first.
  await Promise.all(summaries.map(({ id, lastSeq }) => feed.reach(id, lastSeq)));
  if (connection.isClosed) return;
  fanout.settle(connection);
  presence.came(user.id, connection.channels);
  const online = onlinePartners(presence, user.id, summaries);
  const ready = readyFrame({ epoch, user, serverTime: clock.now(), channels: summaries, online });
  connection.goLive(ready, (outgoing) => isNews(outgoing, told, connection));
}

function readyFrame(now: Pick<ReadyFrame, 'epoch' | 'user' | 'serverTime' | 'channels' | 'online'>): ReadyFrame {
  const { epoch, user, serverTime, channels, online } = now;
  return { type: 'ready', protocol: 1, epoch, user, serverTime, limits: LIMITS, timers: TIMERS, channels, online };
}

function onlinePartners(presence: Presence, user: UserId, channels: readonly ChannelSummary[]): UserId[] {
  const partners = new Set(channels.flatMap(({ members }) => members ?? []));
  partners.delete(user);
  return [...partners].filter((partner) => presence.isOnline(partner));
}

function isNews(
  { channel, seq }: Outgoing,
  told: ReadonlyMap<string, ChannelSummary>,
  connection: Pick<Connection, 'channels'>,
): boolean {
  if (channel === undefined) return true;
  if (!connection.channels.has(channel)) return false;
  return seq === undefined || seq > (told.get(channel)?.lastSeq ?? -1);
}
