import { createHash } from 'node:crypto';

const MAX_CHARS = 200;

/** Shortens a text for the history. A long text keeps its start, length and hash, so it stays unique. */
export function digestText(text: string): string {
  if (text.length <= MAX_CHARS) return text;
  const digest = createHash('sha256').update(text).digest('base64url');
  return `${text.slice(0, 40)}… ${text.length} characters, sha256 ${digest}`;
}
