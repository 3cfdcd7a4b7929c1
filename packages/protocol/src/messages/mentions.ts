import { MAX_HANDLE_CHARS, MAX_MENTIONS_PER_MESSAGE } from '../limits.ts';

// Does not match inside a word, an address or a path. Every repetition is bounded, so a hostile body costs linear time.
const MENTION = new RegExp(
  `(?<![\\p{L}\\p{N}_@./-])@([A-Za-z0-9](?:[A-Za-z0-9._-]{0,${MAX_HANDLE_CHARS - 2}}[A-Za-z0-9])?)(?![\\p{L}\\p{N}_@])`,
  'gu', // Not i: it would match U+017F as an s, which no handle contains.
);

export interface MentionSpan {
  /** Lower case, without the `@`. */
  readonly handle: string;
  /** Offsets of `@handle` in the text, UTF-16 code units, end exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Every `@handle` in `text`, in order, at most `MAX_MENTIONS_PER_MESSAGE`. */
export function findMentions(text: string): MentionSpan[] {
  const spans: MentionSpan[] = [];
  if (!text.includes('@')) return spans;
  for (const match of text.matchAll(MENTION)) {
    if (spans.length === MAX_MENTIONS_PER_MESSAGE) break;
    spans.push({ handle: (match[1] ?? '').toLowerCase(), start: match.index, end: match.index + match[0].length });
  }
  return spans;
}

/** The distinct handles that `body` mentions. */
export function mentionedHandles(body: string): string[] {
  return [...new Set(findMentions(body).map((span) => span.handle))];
}
