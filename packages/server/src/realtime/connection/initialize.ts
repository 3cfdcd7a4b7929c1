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
  /** The epoch of the store. It changes only while no node runs. */
  readonly epoch: string;
  readonly feed: Feed;
  readonly hub: Hub;
  readonly cursors: ReadCursors;
  readonly presence: Presence;
  readonly clock: Clock;
  /** Resolves once the commits of this node that are stored by now have been published. */
  readonly published: () => Promise<void>;
}

const LIMITS = { maxBodyChars: MAX_BODY_CHARS, maxFrameBytes: MAX_FRAME_BYTES };
const TIMERS = {
  pingMs: PING_MS,
  typingRepeatMs: TYPING_REPEAT_MS,
  typingExpireMs: TYPING_EXPIRE_MS,
  sendTimeoutMs: SEND_TIMEOUT_MS,
};

/** The user of a new connection, and the check whether their session still exists. */
export interface ConnectingUser {
  readonly user: User;
  readonly recheck: AcceptedHandshake['recheck'];
}

/**
 * Initializes a connection: it subscribes to its channels before it reads their state, so that no event is missed in
 * between. Frames that arrive meanwhile are buffered until `ready`, and dropped if `ready` contains them.
 */
export async function initializeConnection(
  deps: InitializeDeps,
  connection: Connection,
  { user, recheck }: ConnectingUser,
): Promise<void> {
  const { epoch, store, feed, hub, cursors, presence, clock } = deps;
  hub.register(connection);
  // From here on the end of its session and the suspension of its user reach it. Earlier ones are found by the recheck.
  const [channels] = await Promise.all([channelIds(deps, user.id), closeIfRevoked(connection, recheck)]);
  if (connection.isClosed) return;
  for (const channel of channels) hub.subscribe(connection, channel);
  await feed.follow(channels);
  const summaries = await store.summariesOf(user.id);
  // Wait until every stored event has been published. Otherwise `lastSeq` can include an unpublished event, and the feed
  // would skip it for all other subscribers.
  await deps.published();
  if (connection.isClosed) return;
  const sent = new Map(summaries.map((summary) => [summary.id, summary]));
  if (!subscribeToJoined(deps, connection, summaries)) {
    connection.close(CLOSE.restarting, 'joined a channel late');
    return;
  }
  // The feed may be behind the store. It catches up first, or events that `ready` contains would be sent again.
  await Promise.all(summaries.map(({ id, lastSeq }) => feed.deliverUpTo(id, lastSeq)));
  if (connection.isClosed) return;
  if (hasStaleMembership(connection, channels, sent)) {
    connection.close(CLOSE.restarting, 'was removed from a channel meanwhile');
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
 * Subscribes to the channels that the user joined since the first read, from the position in their summary: the log may be
 * longer by now. Returns false when the feed has delivered events after that position already.
 */
function subscribeToJoined(
  { hub, feed }: InitializeDeps,
  connection: Connection,
  summaries: readonly ChannelSummary[],
): boolean {
  const joined = summaries.filter(({ id }) => !connection.channels.has(id));
  for (const { id } of joined) hub.subscribe(connection, id);
  const isNext = joined.map(({ id, lastSeq }) => feed.followFrom(id, lastSeq));
  feed.check(joined.map(({ id }) => id));
  return isNext.every(Boolean);
}

/** Closes as soon as the recheck answers, however slow the store is. */
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
 * True when the user was removed from a channel between the first read and now. Then the `left` came too early to end the
 * subscription, or the last read still saw the membership, or saw a new one. The connection would stay subscribed to a
 * channel that its user has left, or get a channel in `ready` without its `removed`.
 */
function hasStaleMembership(
  connection: Connection,
  channels: readonly ChannelId[],
  sent: ReadonlyMap<ChannelId, ChannelSummary>,
): boolean {
  const isStillSubscribed = channels.some((channel) => connection.channels.has(channel) && !sent.has(channel));
  return isStillSubscribed || [...sent.keys()].some((channel) => connection.wasRemovedFrom(channel));
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
