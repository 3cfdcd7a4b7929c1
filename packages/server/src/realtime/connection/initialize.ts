import {
  CLOSE,
  MAX_BODY_CHARS,
  MAX_FRAME_BYTES,
  PING_MS,
  SEND_TIMEOUT_MS,
  TYPING_EXPIRE_MS,
  TYPING_REPEAT_MS,
  type ChannelId,
  type ChannelSummary,
  type ReadyFrame,
  type User,
  type UserId,
} from '@parley/protocol';
import { GENERAL } from '#chat/channels/general.ts';
import type { Chat } from '#chat/chat.ts';
import type { Presence } from '#chat/presence/presence.ts';
import type { Feed } from '#kernel/feed.ts';
import type { Clock } from '#ports/clock.ts';
import type { Store } from '#ports/store.ts';
import type { Fanout } from '../fanout/hub.ts';
import type { Admission } from '../handshake/authorize.ts';
import type { Connection, Outgoing } from './connection.ts';

export interface GreetParts {
  readonly chat: Chat;
  readonly store: Store;
  /** The store's. It changes only while no node runs. */
  readonly epoch: string;
  readonly feed: Feed;
  readonly fanout: Fanout;
  readonly presence: Presence;
  readonly clock: Clock;
  /** Resolves when what the store has by now was told, as far as this node stored it. */
  readonly told: () => Promise<void>;
}

const LIMITS = { maxBodyChars: MAX_BODY_CHARS, maxFrameBytes: MAX_FRAME_BYTES };
const TIMERS = {
  pingMs: PING_MS,
  typingRepeatMs: TYPING_REPEAT_MS,
  typingExpireMs: TYPING_EXPIRE_MS,
  sendTimeoutMs: SEND_TIMEOUT_MS,
};

/** Who connects, and what has become of what proved them. */
export interface Guest {
  readonly user: User;
  readonly recheck: Admission['recheck'];
}

/**
 * Brings a connection up: it hears its channels first and is told their state second, so that nothing falls between.
 * What it hears meanwhile is held back until `ready`, and left out if `ready` tells it already.
 */
export async function greet(parts: GreetParts, connection: Connection, { user, recheck }: Guest): Promise<void> {
  const { epoch, store, feed, fanout, presence, clock } = parts;
  fanout.register(connection);
  // From here on it hears that its session ends, or its user is suspended. What came before, nobody told it.
  const [channels] = await Promise.all([channelIds(parts, user.id), closeUnlessGood(connection, recheck)]);
  if (connection.isClosed) return;
  for (const channel of channels) fanout.subscribe(connection, channel);
  await feed.follow(channels);
  const summaries = await store.summariesOf(user.id);
  // A summary may be ahead of its news: what is taken as handed out by it would be late for everyone else who hears it.
  await parts.told();
  if (connection.isClosed) return;
  const told = new Map(summaries.map((summary) => [summary.id, summary]));
  if (!hearGained(parts, connection, summaries)) {
    connection.close(CLOSE.restarting, 'heard late of a channel');
    return;
  }
  // What `ready` tells must not come again, so the feed, which may be behind the store, catches up first.
  await Promise.all(summaries.map(({ id, lastSeq }) => feed.reach(id, lastSeq)));
  if (connection.isClosed) return;
  if (isOutdated(connection, channels, told)) {
    connection.close(CLOSE.restarting, 'lost a channel meanwhile');
    return;
  }
  fanout.settle(connection);
  presence.came(user.id);
  const online = onlinePartners(presence, user.id, summaries);
  fanout.toldCursors(user.id, summaries);
  const ready = readyFrame({ epoch, user, serverTime: clock.now(), channels: summaries, online });
  connection.goLive(ready, (outgoing) => isNews(outgoing, told, connection));
}

/**
 * Channels that the user gained since the first look are heard from where they are told: the head may be beyond that by now.
 * False when what follows was handed out already.
 */
function hearGained(
  { fanout, feed }: GreetParts,
  connection: Connection,
  summaries: readonly ChannelSummary[],
): boolean {
  const gained = summaries.filter(({ id }) => !connection.channels.has(id));
  for (const { id } of gained) fanout.subscribe(connection, id);
  const isNext = gained.map(({ id, lastSeq }) => feed.followFrom(id, lastSeq));
  feed.check(gained.map(({ id }) => id));
  return isNext.every(Boolean);
}

/** As soon as that is known, however slow the other answers are. */
async function closeUnlessGood(connection: Connection, recheck: Guest['recheck']): Promise<void> {
  const proof = await recheck();
  if (proof === 'ended') connection.close(CLOSE.sessionEnded, 'ended');
  if (proof === 'suspended') connection.close(CLOSE.suspended, 'suspended');
}

async function channelIds({ chat, store }: GreetParts, user: UserId): Promise<ChannelId[]> {
  const channels = await store.channelIdsOf(user);
  if (channels.includes(GENERAL)) return channels;
  await chat.welcome(user);
  return store.channelIdsOf(user);
}

/**
 * Was the user removed from a channel between the first look and now? Then the `left` was heard too early to end the
 * subscription, or the last look still saw the membership, or saw it again: either way this connection would hear a channel
 * that is not its user's any more, or be told of one that it is not told to have lost, for as long as it lives.
 */
function isOutdated(
  connection: Connection,
  channels: readonly ChannelId[],
  told: ReadonlyMap<ChannelId, ChannelSummary>,
): boolean {
  const stillHears = channels.some((channel) => connection.channels.has(channel) && !told.has(channel));
  return stillHears || [...told.keys()].some((channel) => connection.hasLost(channel));
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
