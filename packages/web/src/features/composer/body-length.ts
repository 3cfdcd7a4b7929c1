import { MAX_BODY_CHARS } from '@parley/protocol';
import { normalizeBody } from './normalize-body.ts';

/** From here on the rest is counted. */
const NEAR_CHARS = MAX_BODY_CHARS - 500;

export type BodyLength =
  | { readonly name: 'fine' }
  | { readonly name: 'near'; readonly left: number }
  | { readonly name: 'over'; readonly over: number };

/** How the length of a body stands to the limit, in UTF-16 code units. */
export function bodyLength(body: string): BodyLength {
  if (body.length > MAX_BODY_CHARS) return { name: 'over', over: body.length - MAX_BODY_CHARS };
  return body.length >= NEAR_CHARS ? { name: 'near', left: MAX_BODY_CHARS - body.length } : { name: 'fine' };
}

/** The same for a text that is still being written, with each key: only a long one is worth looking at closely. */
export function draftLength(text: string): BodyLength {
  return text.length < NEAR_CHARS ? { name: 'fine' } : bodyLength(normalizeBody(text));
}
