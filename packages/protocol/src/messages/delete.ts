import { z } from 'zod';
import { channelId, messageId, ref } from '../ids.ts';

/** Turns a message into a tombstone. Deleting it again stores nothing. */
export const deleteCommand = z.strictObject({
  type: z.literal('delete'),
  ref: ref.optional(),
  channel: channelId,
  id: messageId,
});

export type Delete = z.infer<typeof deleteCommand>;
