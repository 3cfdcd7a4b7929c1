import { z } from 'zod';
import { channelId, messageId, ref } from '../ids.ts';
import { body } from './text.ts';

/** Replaces the body of the user's own message. An unchanged body stores nothing. */
export const edit = z.strictObject({
  type: z.literal('edit'),
  ref: ref.optional(),
  channel: channelId,
  id: messageId,
  body,
});

export type Edit = z.infer<typeof edit>;
