import { createHash } from 'node:crypto';

const MAX_CHARS = 200;

/** A text as the history holds it: of a long one, enough to tell it from any other. */
export function digestText(text: string): string {
  if (text.length <= MAX_CHARS) return text;
  const digest = createHash('sha256').update(text).digest('base64url');
  return `${text.slice(0, 40)}… ${text.length} characters, sha256 ${digest}`;
}
