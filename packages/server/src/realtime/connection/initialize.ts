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
import type { Hub } from '../fanout/hub.ts';
import type { ReadCursors } from '../fanout/read-cursors.ts';
import type { AcceptedHandshake } from '../handshake/authorize.ts';
import type { Connection, OutgoingFrame } from './connection.ts';

export interface InitializeDeps {
  readonly chat: Chat;
  readonly store: Store;
  /** The store's. It changes only while no node runs. */
  readonly epoch: string;
  readonly feed: Feed;
  readonly hub: Hub;
  readonly cursors: ReadCursors;
  readonly presence: Presence;
  readonly clock: Clock;
  /** Resolves when what the store has by now was told, as far as this node stored it. */
  readonly published: () => Promise<void>;
}

const LIMITS = { maxBodyChars: MAX_BODY_CHARS, maxFrameBytes: MAX_FRAME_BYTES };
const TIMERS = {
  pingMs: PING_MS,
  typingRepeatMs: TYPING_REPEAT_MS,
  typingExpireMs: TYPING_EXPIRE_MS,
  sendTimeoutMs: SEND_TIMEOUT_MS,
};

/** Who connects, and what has become of what proved them. */
export interface ConnectingUser {
  readonly user: User;
  readonly recheck: AcceptedHandshake['recheck'];
}

/**
 * Brings a connection up: it hears its channels first and is told their state second, so that nothing falls between.
 * What it hears meanwhile is held back until `ready`, and left out if `ready` tells it already.
 */
export async function initializeConnection(
  deps: InitializeDeps,
  connection: Connection,
  { user, recheck }: ConnectingUser,
): Promise<void> {
  const { epoch, store, feed, hub, cursors, presence, clock } = deps;
  hub.register(connection);
  // From here on it hears that its session ends, or its user is suspended. What came before, nobody told it.
  const [channels] = await Promise.all([channelIds(deps, user.id), closeIfRevoked(connection, recheck)]);
  if (connection.isClosed) return;
  for (const channel of channels) hub.subscribe(connection, channel);
  await feed.follow(channels);
  const summaries = await store.summariesOf(user.id);
  // A summary may be ahead of its news: what is taken as handed out by it would be late for everyone else who hears it.
  await deps.published();
  if (connection.isClosed) return;
  const sent = new Map(summaries.map((summary) => [summary.id, summary]));
  if (!subscribeToJoined(deps, connection, summaries)) {
    connection.close(CLOSE.restarting, 'heard late of a channel');
    return;
  }
  // What `ready` tells must not come again, so the feed, which may be behind the store, catches up first.
  await Promise.all(summaries.map(({ id, lastSeq }) => feed.deliverUpTo(id, lastSeq)));
  if (connection.isClosed) return;
  if (hasStaleMembership(connection, channels, sent)) {
    connection.close(CLOSE.restarting, 'lost a channel meanwhile');
    return;
  }
  hub.flushChannelsOf(connection);
  presence.connected(user.id);
  const online = onlinePartners(presence, user.id, summaries);
  cursors.recordSent(user.id, summaries);
  const ready = readyFrame({ epoch, user, serverTime: clock.now(), channels: summaries, online });
  connection.goLive(ready, (outgoing) => isNotInReady(outgoing, sent, connection));
}

/**
 * Channels that the user gained since the first look are heard from where they are told: the head may be beyond that by now.
 * False when what follows was handed out already.
 */
function subscribeToJoined(
  { hub, feed }: InitializeDeps,
  connection: Connection,
  summaries: readonly ChannelSummary[],
): boolean {
  const gained = summaries.filter(({ id }) => !connection.channels.has(id));
  for (const { id } of gained) hub.subscribe(connection, id);
  const isNext = gained.map(({ id, lastSeq }) => feed.followFrom(id, lastSeq));
  feed.check(gained.map(({ id }) => id));
  return isNext.every(Boolean);
}

/** As soon as that is known, however slow the other answers are. */
async function closeIfRevoked(connection: Connection, recheck: ConnectingUser['recheck']): Promise<void> {
  const identity = await recheck();
  if (identity === 'ended') connection.close(CLOSE.sessionEnded, 'ended');
  if (identity === 'suspended') connection.close(CLOSE.suspended, 'suspended');
}

async function channelIds({ chat, store }: InitializeDeps, user: UserId): Promise<ChannelId[]> {
  const channels = await store.channelIdsOf(user);
  if (channels.includes(GENERAL)) return channels;
  await chat.joinGeneral(user);
  return store.channelIdsOf(user);
}

/**
 * Was the user removed from a channel between the first look and now? Then the `left` was heard too early to end the
 * subscription, or the last look still saw the membership, or saw it again: either way this connection would hear a channel
 * that is not its user's any more, or be told of one that it is not told to have lost, for as long as it lives.
 */
function hasStaleMembership(
  connection: Connection,
  channels: readonly ChannelId[],
  sent: ReadonlyMap<ChannelId, ChannelSummary>,
): boolean {
  const stillHears = channels.some((channel) => connection.channels.has(channel) && !sent.has(channel));
  return stillHears || [...sent.keys()].some((channel) => connection.wasRemovedFrom(channel));
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

function isNotInReady(
  { channel, seq }: OutgoingFrame,
  sent: ReadonlyMap<string, ChannelSummary>,
  connection: Pick<Connection, 'channels'>,
): boolean {
  if (channel === undefined) return true;
  if (!connection.channels.has(channel)) return false;
  return seq === undefined || seq > (sent.get(channel)?.lastSeq ?? -1);
}
