import type { TimelineMessage } from '@parley/client';
import type { UserId } from '@parley/protocol';

export const GROUP_MS = 5 * 60_000;

export interface MessageRow {
  readonly kind: 'message';
  readonly key: string;
  readonly message: TimelineMessage;
  /** Shows its author and time. Follow-up messages show only their text. */
  readonly startsGroup: boolean;
  /** A day separator stands above it. */
  readonly startsDay: boolean;
  /** The "New messages" line stands above it. */
  readonly startsUnread: boolean;
}

export type TimelineRow =
  /** Above the oldest message: the start of the conversation, or a placeholder for older messages. */
  | { readonly kind: 'start'; readonly key: 'start'; readonly more: boolean }
  | MessageRow
  /** Below the newest message of a window that does not reach the end. */
  | { readonly kind: 'end'; readonly key: 'end' };

export interface RowsInput {
  readonly messages: readonly TimelineMessage[];
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
  /** The line stands above the first message of others after this seq. Null for no line. */
  readonly unreadAfter: number | null;
  readonly me: UserId | null;
}

const START = { kind: 'start', key: 'start', more: false } as const;
const START_MORE = { kind: 'start', key: 'start', more: true } as const;
const END = { kind: 'end', key: 'end' } as const;

/** The rows of the timeline, top to bottom. A row that looks the same as before is the same object. */
export function buildRows({ messages, moreBefore, moreAfter, unreadAfter, me }: RowsInput): readonly TimelineRow[] {
  const rows: TimelineRow[] = [moreBefore ? START_MORE : START];
  let passedUnread = unreadAfter === null;
  let previous: TimelineMessage | null = null;
  for (const message of messages) {
    const startsDay = previous === null || !isSameDay(previous.at, message.at);
    const startsUnread = !passedUnread && message.by !== me && message.seq !== null && message.seq > (unreadAfter ?? 0);
    passedUnread ||= startsUnread;
    const startsGroup = startsDay || startsUnread || previous === null || !belongsTo(previous, message);
    rows.push(rowOf(message, { startsGroup, startsDay, startsUnread }));
    previous = message;
  }
  if (moreAfter) rows.push(END);
  return rows;
}

/**
 * Compares with the previous message instead of the first of the group, so that messages loaded above do not regroup those
 * below. Time may run backwards a little, because a pending message has the local clock's time.
 */
function belongsTo(previous: TimelineMessage, message: TimelineMessage): boolean {
  return previous.by === message.by && Math.abs(message.at - previous.at) < GROUP_MS;
}

/** The last day looked up, in the browser's time zone: most messages are of the same day as the previous one. */
let day = { startMs: 0, endMs: 0 };

function isSameDay(aMs: number, bMs: number): boolean {
  if (aMs < day.startMs || aMs >= day.endMs) {
    const start = new Date(aMs).setHours(0, 0, 0, 0);
    day = { startMs: start, endMs: new Date(start).setDate(new Date(start).getDate() + 1) };
  }
  return bMs >= day.startMs && bMs < day.endMs;
}

type Flags = Pick<MessageRow, 'startsGroup' | 'startsDay' | 'startsUnread'>;

const rowCache = new WeakMap<TimelineMessage, MessageRow>();

function rowOf(message: TimelineMessage, flags: Flags): MessageRow {
  const before = rowCache.get(message);
  if (
    before?.startsGroup === flags.startsGroup &&
    before.startsDay === flags.startsDay &&
    before.startsUnread === flags.startsUnread
  ) {
    return before;
  }
  const row: MessageRow = { kind: 'message', key: message.id, message, ...flags };
  rowCache.set(message, row);
  return row;
}
