import { z } from 'zod';
import { channelId, ref } from '../ids.ts';

/** Signals the other members of `channel` that this connection's user is typing, or has stopped. Has no reply unless it is refused. */
export const typingCommand = z.strictObject({
  type: z.literal('typing'),
  ref: ref.optional(),
  channel: channelId,
  on: z.boolean(),
});

export type TypingCommand = z.infer<typeof typingCommand>;
