import {
  type ChannelId,
  type ChannelKind,
  type ChannelSummary,
  type LogEvent,
  MAX_COUNTED_UNREAD,
  type MessageEvent,
  type UserId,
} from '@parley/protocol';
import { applyToWindow, EMPTY_WINDOW, type Window } from '../timeline/message-window.ts';

/** Events from beyond a gap that wait for it to be filled. When full they are let go of: `sync` brings them again. */
export const MAX_OUT_OF_ORDER_EVENTS = 1_000;

/** What is known of one channel of the user. Changed only by what the server says, and by the user's own reading. */
export interface ChannelState {
  readonly id: ChannelId;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly topic: string;
  readonly members: readonly UserId[] | null;
  readonly memberCount: number;
  readonly createdBy: UserId | null;
  readonly readSeq: number;
  readonly unread: number;
  readonly mentions: number;
  readonly lastActivityMs: number;
  /** The log position that all of the above is true for. */
  readonly receivedSeq: number;
  /** The highest position heard of. */
  readonly head: number;
  /** The messages, true for a position of their own. */
  readonly window: Window | null;
  /** Events from beyond a gap, by seq. */
  readonly buffered: ReadonlyMap<number, LogEvent>;
}

/** The channel as `ready` or `channel` tells it. Loaded messages stay, and are brought up to date by `sync`. */
export function channelOf(summary: ChannelSummary, before: ChannelState | null): ChannelState {
  const { lastSeq, members = null, memberCount = members?.length ?? 0, createdBy = null, ...rest } = summary;
  // The log ends before what is loaded: a promise was broken, so nothing loaded can be trusted.
  const isTrusted = before !== null && Math.max(before.receivedSeq, before.window?.asOf ?? 0) <= lastSeq;
  return {
    ...rest,
    members,
    memberCount,
    createdBy,
    lastActivityMs: before?.lastActivityMs ?? 0,
    receivedSeq: lastSeq,
    head: lastSeq,
    window: isTrusted ? before.window : lastSeq === 0 ? EMPTY_WINDOW : null,
    buffered: new Map(),
  };
}

/** Every event up to here was applied. */
export function position(channel: ChannelState): number {
  return Math.min(channel.receivedSeq, channel.window?.asOf ?? channel.receivedSeq);
}

/** Events are missing that will not come by themselves: some beyond a gap are here, or the messages lag behind the rest. */
export function isGapped(channel: ChannelState): boolean {
  return channel.buffered.size > 0 || position(channel) < channel.receivedSeq;
}

/**
 * Takes an event in: the next one is applied, with those held back that follow it; one from beyond a gap is held back;
 * what was had before is ignored. Answers the channel, and what was applied, in order.
 */
export function receive(
  channel: ChannelState,
  event: LogEvent,
  me: UserId,
): readonly [ChannelState, readonly LogEvent[]] {
  const headed = channel.head < event.seq ? { ...channel, head: event.seq } : channel;
  if (event.seq > position(channel) + 1) return [buffer(headed, event), []];
  if (event.seq <= position(channel)) return [headed, []];
  let state = headed;
  const applied: LogEvent[] = [];
  for (let next: LogEvent | undefined = event; next !== undefined; next = state.buffered.get(position(state) + 1)) {
    state = apply(state, next, me);
    applied.push(next);
  }
  return [dropApplied(state), applied];
}

function buffer(channel: ChannelState, event: LogEvent): ChannelState {
  if (channel.buffered.size >= MAX_OUT_OF_ORDER_EVENTS) return { ...channel, buffered: new Map() };
  return { ...channel, buffered: new Map(channel.buffered).set(event.seq, event) };
}

/** The channel with other messages loaded, or none. */
export function withWindow(channel: ChannelState, window: Window | null): ChannelState {
  return dropApplied({ ...channel, window });
}

/** Held back events that were had by other means would look like a gap for ever. */
function dropApplied(channel: ChannelState): ChannelState {
  if (channel.buffered.size === 0) return channel;
  const have = position(channel);
  return { ...channel, buffered: new Map([...channel.buffered].filter(([seq]) => seq > have)) };
}

/** Each part takes the event if it is its next; one that is ahead knows it already. */
function apply(channel: ChannelState, event: LogEvent, me: UserId): ChannelState {
  const counted = event.seq === channel.receivedSeq + 1 ? count(channel, event, me) : channel;
  const { window } = counted;
  return window?.asOf === event.seq - 1 ? { ...counted, window: applyToWindow(window, event) } : counted;
}

function count(channel: ChannelState, event: LogEvent, me: UserId): ChannelState {
  const moved = { ...channel, receivedSeq: event.seq };
  switch (event.type) {
    case 'message':
      return { ...countMessage(moved, event, me), lastActivityMs: event.at };
    case 'joined':
      return { ...moved, memberCount: channel.memberCount + 1 };
    case 'left':
      return { ...moved, memberCount: channel.memberCount - 1 };
    case 'renamed':
      return { ...moved, name: event.name, topic: event.topic };
    case 'edited':
    case 'deleted':
    case 'reacted':
    case 'unreacted':
      return moved;
  }
}

function countMessage(channel: ChannelState, { by, seq, message }: MessageEvent, me: UserId): ChannelState {
  if (by === me || seq <= channel.readSeq) return channel;
  const mentionsMe = 'mentions' in message && message.mentions?.includes(me) === true;
  return {
    ...channel,
    unread: Math.min(channel.unread + 1, MAX_COUNTED_UNREAD),
    mentions: Math.min(channel.mentions + (mentionsMe ? 1 : 0), MAX_COUNTED_UNREAD),
  };
}
