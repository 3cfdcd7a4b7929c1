import { z } from 'zod';
import { channelId, ref } from '../ids.ts';

/** Tells the others in `channel` that this connection's user types, or stopped. Never answered, unless it is refused. */
export const typingCommand = z.strictObject({
  type: z.literal('typing'),
  ref: ref.optional(),
  channel: channelId,
  on: z.boolean(),
});

export type TypingCommand = z.infer<typeof typingCommand>;
