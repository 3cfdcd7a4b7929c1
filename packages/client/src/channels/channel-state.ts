import {
  type ChannelId,
  type ChannelKind,
  type ChannelSummary,
  type LogEvent,
  type LogEventByType,
  type LogEventType,
  MAX_COUNTED_UNREAD,
  type MessageEvent,
  type UserId,
} from '@parley/protocol';
import {
  appendMessage,
  changeMessage,
  EMPTY_WINDOW,
  moveWindow,
  react,
  tombstone,
  unreact,
  type Window,
} from '../timeline/message-window.ts';

/** Events after a gap that wait until it is filled. When there are more all are dropped: `sync` brings them again. */
export const MAX_OUT_OF_ORDER_EVENTS = 1_000;

/** One channel of the user. Only frames of the server and the user's own reading change it. */
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
  /** Every event up to this log position is applied to the fields above. */
  readonly receivedSeq: number;
  /** The highest known position of the log. */
  readonly head: number;
  /** The loaded messages, as of a position of their own. */
  readonly window: Window | null;
  /** Events after a gap, by seq. */
  readonly buffered: ReadonlyMap<number, LogEvent>;
}

/** The channel as in a `ready` or `channel` frame. Loaded messages stay; `sync` brings them up to date. */
export function channelOf(summary: ChannelSummary, before: ChannelState | null): ChannelState {
  const { lastSeq, members = null, memberCount = members?.length ?? 0, createdBy = null, ...rest } = summary;
  // A log that ends before the loaded events has been replaced, so nothing loaded can be trusted.
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

/** Events are missing that only a request brings: later ones are buffered, or the messages are behind the counts. */
export function isGapped(channel: ChannelState): boolean {
  return channel.buffered.size > 0 || position(channel) < channel.receivedSeq;
}

/**
 * Receives an event. The next one is applied, and so are buffered ones that follow it; one after a gap is buffered; one
 * that is applied already is ignored. Returns the channel, and the applied events in order.
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

/** Drops buffered events that a page has brought meanwhile: they would look like a gap for ever. */
function dropApplied(channel: ChannelState): ChannelState {
  if (channel.buffered.size === 0) return channel;
  const have = position(channel);
  return { ...channel, buffered: new Map([...channel.buffered].filter(([seq]) => seq > have)) };
}

/** The counts and the window each apply the event that follows their own position; a later position includes it already. */
function apply(channel: ChannelState, event: LogEvent, me: UserId): ChannelState {
  const counted = event.seq === channel.receivedSeq + 1 ? count(channel, event, me) : channel;
  if (counted.window?.asOf !== event.seq - 1) return counted;
  const window = moveWindow(counted.window, event.seq);
  return { ...counted, window: projectionOf(event)?.window?.(window, event) ?? window };
}

function count(channel: ChannelState, event: LogEvent, me: UserId): ChannelState {
  const moved = { ...channel, receivedSeq: event.seq };
  return projectionOf(event)?.channel?.(moved, event, me) ?? moved;
}

/** How an event of one type changes a channel. A part that it does not change is left out. */
interface Projection<E extends LogEvent> {
  channel?(channel: ChannelState, event: E, me: UserId): ChannelState;
  window?(window: Window, event: E): Window;
}

const PROJECTIONS = {
  message: { channel: countMessage, window: appendMessage },
  edited: {
    window: (window, event) =>
      changeMessage(window, event, (message) =>
        event.deleted === true ? tombstone(message) : { ...message, body: event.body, editedAt: event.at },
      ),
  },
  deleted: { window: (window, event) => changeMessage(window, event, tombstone) },
  reacted: {
    window: (window, event) => changeMessage(window, event, (message) => react(message, event.emoji, event.by)),
  },
  unreacted: {
    window: (window, event) => changeMessage(window, event, (message) => unreact(message, event.emoji, event.by)),
  },
  joined: { channel: (channel) => ({ ...channel, memberCount: channel.memberCount + 1 }) },
  left: { channel: (channel) => ({ ...channel, memberCount: channel.memberCount - 1 }) },
  renamed: { channel: (channel, event) => ({ ...channel, name: event.name, topic: event.topic }) },
} satisfies { readonly [T in LogEventType]: Projection<LogEventByType[T]> };

/** Undefined for a type that a newer server has added: such an event only moves the position. */
function projectionOf(event: LogEvent): Projection<LogEvent> | undefined {
  return PROJECTIONS[event.type];
}

function countMessage(before: ChannelState, event: MessageEvent, me: UserId): ChannelState {
  const channel = { ...before, lastActivityMs: event.at };
  if (event.by === me || event.seq <= channel.readSeq) return channel;
  const mentionsMe = 'mentions' in event.message && event.message.mentions?.includes(me) === true;
  return {
    ...channel,
    unread: Math.min(channel.unread + 1, MAX_COUNTED_UNREAD),
    mentions: Math.min(channel.mentions + (mentionsMe ? 1 : 0), MAX_COUNTED_UNREAD),
  };
}
