import { z } from 'zod';
import {
  MAX_BODY_CHARS,
  MAX_CHANNEL_NAME_CHARS,
  MAX_EMOJI_CHARS,
  MAX_HANDLE_CHARS,
  MAX_TOPIC_CHARS,
  MAX_USER_NAME_CHARS,
} from '../limits.ts';

// A lone surrogate has no UTF-8 form, and PostgreSQL refuses U+0000: neither could be returned unchanged.
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
// Characters that start a new line or change the text direction would let one name imitate another.
const isOneLine = (text: string): boolean => !/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(text);

// The limits are UTF-16 code units, JavaScript's `length`, but zod's own `max` counts code points. `max` stays for the JSON
// Schema.
const atMost = (maxChars: number) => (payload: z.core.ParsePayload<string>) => {
  if (payload.value.length <= maxChars) return;
  payload.issues.push({ code: 'too_big', origin: 'string', maximum: maxChars, inclusive: true, input: payload.value });
};

const storable = z.string().refine(isStorable, "has characters that can't be stored");
const oneLine = (maxChars: number) =>
  storable.refine(isOneLine, 'has control characters').trim().min(1).check(atMost(maxChars)).max(maxChars);

/** A message's Markdown source. Stored unchanged; must not be blank. */
export const body = storable
  .check(atMost(MAX_BODY_CHARS))
  .max(MAX_BODY_CHARS)
  .refine((text) => text.trim() !== '', 'is blank');
export const userName = oneLine(MAX_USER_NAME_CHARS);
export const channelName = oneLine(MAX_CHANNEL_NAME_CHARS);
export const topic = storable
  .refine(isOneLine, 'has control characters')
  .trim()
  .check(atMost(MAX_TOPIC_CHARS))
  .max(MAX_TOPIC_CHARS);
export const emoji = oneLine(MAX_EMOJI_CHARS);
/** The name after `@` in a mention. Lower case, unique on the server. */
export const handle = z
  .string()
  .max(MAX_HANDLE_CHARS)
  .regex(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/, 'may have a–z, 0–9 and . _ - between them');
