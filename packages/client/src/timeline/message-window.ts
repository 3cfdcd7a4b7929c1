import type { LogEvent, MessageEvent, MessagePage, MessageView, Reaction, UserId } from '@parley/protocol';
import type { TimelineMessage } from '../parley-client.ts';

/** Messages held of a channel nobody scrolls back in; beyond it the oldest are let go of, `TRIM_MESSAGES` at a time. */
export const MAX_WINDOW_MESSAGES = 500;
/** The same once more were asked for; beyond it those at the other end are let go of. */
export const MAX_EXTENDED_WINDOW_MESSAGES = 5_000;
/** More than a page of history brings. */
const TRIM_MESSAGES = 100;

/** A message of which nothing but its author and place is told. */
export const EMPTY_MESSAGE: Omit<TimelineMessage, 'id' | 'state' | 'seq' | 'at' | 'by'> = {
  body: '',
  deleted: false,
  editedAt: null,
  thread: null,
  mentions: [],
  reactions: [],
  changing: false,
};

/** A contiguous stretch of a channel's confirmed messages. */
export interface Window {
  /** Oldest first. */
  readonly messages: readonly TimelineMessage[];
  /** Every event up to this log position is in it. */
  readonly asOf: number;
  readonly moreBefore: boolean;
  /** Detached from the end of the log: new messages do not belong to it. */
  readonly moreAfter: boolean;
  readonly isExtended: boolean;
  /** Parts that were loaded later than the rest, and are true for a later position than `asOf`. */
  readonly ahead: readonly Segment[];
}

/** The messages from seq `first` to `last` hold every event up to log position `asOf`. */
interface Segment {
  readonly first: number;
  readonly last: number;
  readonly asOf: number;
}

/** All of a log without events: what is said first in a new channel need not be loaded. */
export const EMPTY_WINDOW: Window = {
  messages: [],
  asOf: 0,
  moreBefore: false,
  moreAfter: false,
  isExtended: false,
  ahead: [],
};

export function windowOf(page: MessagePage): Window {
  const messages = page.messages.map(messageOfView);
  return { ...EMPTY_WINDOW, messages, asOf: page.asOf, moreBefore: page.more, moreAfter: page.moreAfter === true };
}

/** Puts a page of the messages just before the window in front of it. */
export function prepend(window: Window, page: MessagePage): Window {
  const first = firstSeq(window);
  const older = page.messages.filter((view) => view.seq < first).map(messageOfView);
  const all = [...older, ...window.messages];
  const messages = all.slice(0, MAX_EXTENDED_WINDOW_MESSAGES);
  const moreAfter = window.moreAfter || messages.length < all.length;
  const joined = { ...window, messages, moreBefore: page.more, moreAfter, isExtended: true };
  return reconcilePositions(window, older, { joined, asOf: page.asOf });
}

/** Puts a page of the messages just after the window behind it. */
export function append(window: Window, page: MessagePage): Window {
  const last = lastSeq(window);
  const newer = page.messages.filter((view) => view.seq > last).map(messageOfView);
  const moreAfter = page.moreAfter === true;
  const joined = trim({ ...window, messages: [...window.messages, ...newer], moreAfter, isExtended: true });
  return reconcilePositions(window, newer, { joined, asOf: page.asOf });
}

/** Applies the event at `asOf + 1`. */
export function applyToWindow(window: Window, event: LogEvent): Window {
  const moved = { ...window, asOf: event.seq, ahead: window.ahead.filter((segment) => segment.asOf > event.seq) };
  switch (event.type) {
    case 'message':
      return window.moreAfter || event.seq <= lastSeq(window)
        ? moved
        : trim({ ...moved, messages: [...window.messages, messageOfEvent(event)] });
    case 'edited':
    case 'deleted':
    case 'reacted':
    case 'unreacted':
      return change(moved, event);
    case 'joined':
    case 'left':
    case 'renamed':
      return moved;
  }
}

export function firstSeq(window: Window): number {
  return window.messages[0]?.seq ?? Number.POSITIVE_INFINITY;
}

export function lastSeq(window: Window): number {
  return window.messages.at(-1)?.seq ?? 0;
}

function messageOfEvent({ message, seq, at, by }: MessageEvent): TimelineMessage {
  return messageOfView({ ...message, seq, at, by });
}

function messageOfView(view: MessageView): TimelineMessage {
  const empty = { ...EMPTY_MESSAGE, state: 'sent' as const };
  // JSON knows no `undefined`: what the server leaves out stays blank.
  return Object.assign(empty, view);
}

/** Two parts of one window are true for different positions: the later one is remembered as being ahead. */
function reconcilePositions(
  window: Window,
  loaded: readonly TimelineMessage[],
  { joined, asOf }: { readonly joined: Window; readonly asOf: number },
): Window {
  if (asOf === window.asOf) return joined;
  const later = asOf > window.asOf ? loaded : window.messages;
  const segment = { first: later[0]?.seq ?? 0, last: later.at(-1)?.seq ?? 0, asOf: Math.max(asOf, window.asOf) };
  return { ...joined, asOf: Math.min(asOf, window.asOf), ahead: [...window.ahead, segment] };
}

type Change = Extract<LogEvent, { type: 'edited' | 'deleted' | 'reacted' | 'unreacted' }>;

function change(window: Window, event: Change): Window {
  const index = window.messages.findLastIndex((message) => message.id === event.id);
  const message = window.messages[index];
  if (message === undefined || isAhead(window, message, event.seq)) return window;
  const changed = changeMessage(message, event);
  return changed === message ? window : { ...window, messages: window.messages.with(index, changed) };
}

function isAhead(window: Window, { seq }: TimelineMessage, eventSeq: number): boolean {
  return window.ahead.some(({ first, last, asOf }) => seq !== null && seq >= first && seq <= last && asOf >= eventSeq);
}

/** The message after a change of it. A tombstone stays one. */
function changeMessage(message: TimelineMessage, event: Change): TimelineMessage {
  if (message.deleted) return message;
  switch (event.type) {
    case 'edited':
      return event.deleted === true ? tombstone(message) : { ...message, body: event.body, editedAt: event.at };
    case 'deleted':
      return tombstone(message);
    case 'reacted':
      return { ...message, reactions: react(message.reactions, event.emoji, event.by) };
    case 'unreacted':
      return { ...message, reactions: unreact(message.reactions, event.emoji, event.by) };
  }
}

export function tombstone(message: TimelineMessage): TimelineMessage {
  // Exactly what `history` would serve of it.
  return { ...message, ...EMPTY_MESSAGE, deleted: true };
}

/** In the order in which each emoji was first used. */
export function react(reactions: readonly Reaction[], emoji: string, user: UserId): readonly Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if (known === undefined) return [...reactions, { emoji, users: [user] }];
  if (known.users.includes(user)) return reactions;
  return reactions.map((reaction) => (reaction === known ? { emoji, users: [...known.users, user] } : reaction));
}

export function unreact(reactions: readonly Reaction[], emoji: string, user: UserId): readonly Reaction[] {
  return reactions
    .map((reaction) =>
      reaction.emoji === emoji ? { emoji, users: reaction.users.filter((other) => other !== user) } : reaction,
    )
    .filter((reaction) => reaction.users.length > 0);
}

function trim(window: Window): Window {
  const most = window.isExtended ? MAX_EXTENDED_WINDOW_MESSAGES : MAX_WINDOW_MESSAGES;
  if (window.messages.length <= most) return window;
  return { ...window, messages: window.messages.slice(TRIM_MESSAGES), moreBefore: true };
}
