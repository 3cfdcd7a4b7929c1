import { z } from 'zod';
import { channelId, messageId, ref } from '../ids.ts';
import { emoji } from '../messages/text.ts';

/** Removes a reaction of the user. Removing a missing one stores nothing. */
export const unreact = z.strictObject({
  type: z.literal('unreact'),
  ref: ref.optional(),
  channel: channelId,
  id: messageId,
  emoji,
});

export type Unreact = z.infer<typeof unreact>;
