import type { LogEvent, MessagePage } from '@parley/protocol';
import { MAX_REPLY_CHARS } from '#limits.ts';

/**
 * Replies are bounded by size as well as by number: a page of the longest messages would exceed the send queue of a socket
 * many times, and no client could ever read it. At least one item is kept, so that a client always makes progress.
 */
export function fitEvents(events: readonly LogEvent[]): readonly LogEvent[] {
  let budget = MAX_REPLY_CHARS;
  const end = events.findIndex((event, index) => {
    budget -= sizeOf(event);
    return budget < 0 && index > 0;
  });
  return end === -1 ? events : events.slice(0, end);
}

/** Keeps the messages next to the anchor of the page: its end, its beginning (`after`) or a position (`around`). */
export function fitPage(page: MessagePage, anchor: PageAnchor): MessagePage {
  const { messages } = page;
  const start = startOf(page, anchor);
  let [from, to] = [start, start];
  for (let budget = MAX_REPLY_CHARS; from > 0 || to < messages.length;) {
    const forward = to < messages.length && (from === 0 || to - start <= start - from);
    budget -= sizeOf(messages[forward ? to : from - 1]);
    if (budget < 0 && from < to) break;
    if (forward) to += 1;
    else from -= 1;
  }
  return {
    ...page,
    messages: messages.slice(from, to),
    more: page.more || from > 0,
    ...(to < messages.length ? { moreAfter: true } : {}),
  };
}

type PageAnchor = { readonly before: number } | { readonly after: number } | { readonly around: number } | null;

function startOf({ messages }: MessagePage, anchor: PageAnchor): number {
  if (anchor === null || 'before' in anchor) return messages.length;
  if ('after' in anchor) return 0;
  const found = messages.findIndex(({ seq }) => seq >= anchor.around);
  return found === -1 ? messages.length : found;
}

/** UTF-16 units of the JSON with its escapes: at most three bytes each on the wire. */
function sizeOf(item: unknown): number {
  return JSON.stringify(item).length;
}
