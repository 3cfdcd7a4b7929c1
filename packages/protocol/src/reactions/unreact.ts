import { z } from 'zod';
import { channelId, messageId, ref } from '../ids.ts';
import { emoji } from '../messages/text.ts';

/** Takes one's reaction back. Taking back what is not there stores nothing. */
export const unreact = z.strictObject({
  type: z.literal('unreact'),
  ref: ref.optional(),
  channel: channelId,
  id: messageId,
  emoji,
});

export type Unreact = z.infer<typeof unreact>;
