import type { MessageEvent, MessageId, MessagePage, MessageView, UserId } from '@parley/protocol';
import type { TimelineMessage } from '../parley-client.ts';

/** Loaded messages of a channel in which nobody scrolls back. Beyond it the oldest are dropped, `TRIM_MESSAGES` at a time. */
export const MAX_WINDOW_MESSAGES = 500;
/** The same once older or newer pages were requested. Beyond it messages at the other end are dropped. */
export const MAX_EXTENDED_WINDOW_MESSAGES = 5_000;
/** Larger than a page of `history`. */
const TRIM_MESSAGES = 100;

/** The optional fields of a message at their defaults. */
export const EMPTY_MESSAGE: Omit<TimelineMessage, 'id' | 'state' | 'seq' | 'at' | 'by'> = {
  body: '',
  deleted: false,
  editedAt: null,
  thread: null,
  mentions: [],
  reactions: [],
  changing: false,
};

/** A contiguous range of a channel's confirmed messages. */
export interface Window {
  /** Oldest first. */
  readonly messages: readonly TimelineMessage[];
  /** Every event up to this log position is applied. */
  readonly asOf: number;
  readonly moreBefore: boolean;
  /** Detached from the end of the log: new messages are not appended. */
  readonly moreAfter: boolean;
  readonly isExtended: boolean;
  /** Ranges that were loaded later and are as of a later position than `asOf`. */
  readonly ahead: readonly Segment[];
}

/** To the messages from seq `first` to `last` every event up to log position `asOf` is applied. */
interface Segment {
  readonly first: number;
  readonly last: number;
  readonly asOf: number;
}

/** The window of an empty log: the first messages of a new channel need no `history` request. */
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

/** Adds a page of the messages just before the window. */
export function prepend(window: Window, page: MessagePage): Window {
  const first = firstSeq(window);
  const older = page.messages.filter((view) => view.seq < first).map(messageOfView);
  const all = [...older, ...window.messages];
  const messages = all.slice(0, MAX_EXTENDED_WINDOW_MESSAGES);
  const moreAfter = window.moreAfter || messages.length < all.length;
  const joined = { ...window, messages, moreBefore: page.more, moreAfter, isExtended: true };
  return reconcilePositions(window, older, { joined, asOf: page.asOf });
}

/** Adds a page of the messages just after the window. */
export function append(window: Window, page: MessagePage): Window {
  const last = lastSeq(window);
  const newer = page.messages.filter((view) => view.seq > last).map(messageOfView);
  const moreAfter = page.moreAfter === true;
  const joined = trim({ ...window, messages: [...window.messages, ...newer], moreAfter, isExtended: true });
  return reconcilePositions(window, newer, { joined, asOf: page.asOf });
}

/** The window as of log position `seq`, the one after its own. The event at `seq` is applied next. */
export function moveWindow(window: Window, seq: number): Window {
  return { ...window, asOf: seq, ahead: window.ahead.filter((segment) => segment.asOf > seq) };
}

/** A window that is detached from the end leaves the message out. */
export function appendMessage(window: Window, event: MessageEvent): Window {
  if (window.moreAfter || event.seq <= lastSeq(window)) return window;
  return trim({ ...window, messages: [...window.messages, messageOfEvent(event)] });
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
  // JSON has no `undefined`, so a field that the server leaves out keeps its default.
  return Object.assign(empty, view);
}

/** The window and the page may be as of different positions: the later range is recorded in `ahead`. */
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

/** Changes one message, unless it is not loaded, or the event is included in it already. A tombstone stays one. */
export function changeMessage(
  window: Window,
  event: { readonly id: MessageId; readonly seq: number },
  change: (message: TimelineMessage) => TimelineMessage,
): Window {
  const index = window.messages.findLastIndex((message) => message.id === event.id);
  const message = window.messages[index];
  if (message === undefined || message.deleted || isAhead(window, message, event.seq)) return window;
  return { ...window, messages: window.messages.with(index, change(message)) };
}

function isAhead(window: Window, { seq }: TimelineMessage, eventSeq: number): boolean {
  return window.ahead.some(
    (range) => seq !== null && seq >= range.first && seq <= range.last && range.asOf >= eventSeq,
  );
}

export function tombstone(message: TimelineMessage): TimelineMessage {
  // The same as `history` returns for it.
  return { ...message, ...EMPTY_MESSAGE, deleted: true };
}

/** Adds a reaction. Emoji stay in the order of their first use. */
export function react(message: TimelineMessage, emoji: string, user: UserId): TimelineMessage {
  const known = message.reactions.find((reaction) => reaction.emoji === emoji);
  if (known?.users.includes(user) === true) return message;
  const reactions =
    known === undefined
      ? [...message.reactions, { emoji, users: [user] }]
      : message.reactions.map((reaction) => (reaction === known ? { emoji, users: [...known.users, user] } : reaction));
  return { ...message, reactions };
}

export function unreact(message: TimelineMessage, emoji: string, user: UserId): TimelineMessage {
  const reactions = message.reactions.map((reaction) =>
    reaction.emoji === emoji ? { emoji, users: reaction.users.filter((other) => other !== user) } : reaction,
  );
  return { ...message, reactions: reactions.filter((reaction) => reaction.users.length > 0) };
}

function trim(window: Window): Window {
  const most = window.isExtended ? MAX_EXTENDED_WINDOW_MESSAGES : MAX_WINDOW_MESSAGES;
  if (window.messages.length <= most) return window;
  return { ...window, messages: window.messages.slice(TRIM_MESSAGES), moreBefore: true };
}
