import { z } from 'zod';
import { channelId, messageId, ref } from '../ids.ts';
import { emoji } from '../messages/text.ts';

/** Adds a reaction of the user. A repeated one stores nothing. */
export const react = z.strictObject({
  type: z.literal('react'),
  ref: ref.optional(),
  channel: channelId,
  id: messageId,
  emoji,
});

export type React = z.infer<typeof react>;
