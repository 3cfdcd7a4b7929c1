import { findMentions } from '@parley/protocol';

/** `start` is the part's offset in the text. */
export type TextPart =
  | { readonly kind: 'text'; readonly start: number; readonly text: string }
  /** `text` is the original text with the `@`. `handle` is lower case, without it. */
  | { readonly kind: 'mention'; readonly start: number; readonly text: string; readonly handle: string }
  | { readonly kind: 'mail'; readonly start: number; readonly text: string };

// All repetitions are bounded, so that a hostile text costs linear time.
const MAIL = /(?<![\w.+@/-])[\w.+-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,4}(?![\w@])/gi;

/** Splits a text at mentions and mail addresses. */
export function splitText(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const mark of text.includes('@') ? findMarks(text) : []) {
    if (mark.start < done) continue;
    if (mark.start > done) parts.push({ kind: 'text', start: done, text: text.slice(done, mark.start) });
    parts.push(mark);
    done = mark.start + mark.text.length;
  }
  if (done < text.length) parts.push({ kind: 'text', start: done, text: text.slice(done) });
  return parts;
}

function findMarks(text: string): TextPart[] {
  const mentions = findMentions(text).map(
    ({ start, end, handle }) => ({ kind: 'mention', start, text: text.slice(start, end), handle }) as const,
  );
  const mails = text
    .matchAll(MAIL)
    .map(({ index, 0: mail }) => ({ kind: 'mail', start: index, text: mail }) as const)
    .toArray();
  return [...mentions, ...mails].toSorted((a, b) => a.start - b.start);
}
