import { MAX_BODY_CHARS } from '@parley/protocol';
import { normalizeBody } from './normalize-body.ts';

/** The remaining characters are counted from this length on. */
const NEAR_CHARS = MAX_BODY_CHARS - 500;

export type BodyLength =
  | { readonly name: 'fine' }
  | { readonly name: 'near'; readonly left: number }
  | { readonly name: 'over'; readonly over: number };

/** Compares the length of a body with the limit, in UTF-16 code units. */
export function bodyLength(body: string): BodyLength {
  if (body.length > MAX_BODY_CHARS) return { name: 'over', over: body.length - MAX_BODY_CHARS };
  return body.length >= NEAR_CHARS ? { name: 'near', left: MAX_BODY_CHARS - body.length } : { name: 'fine' };
}

/** The same for a draft. Runs on every key press, so it normalizes only texts that are near the limit. */
export function draftLength(text: string): BodyLength {
  return text.length < NEAR_CHARS ? { name: 'fine' } : bodyLength(normalizeBody(text));
}
