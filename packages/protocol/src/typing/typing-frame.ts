import { z } from 'zod';
import { channelId, userId } from '../ids.ts';

/** Someone else types, or stopped. The receiver owns the expiry. Never stored. */
export const typingFrame = z.object({ type: z.literal('typing'), channel: channelId, user: userId, on: z.boolean() });

export type TypingFrame = z.infer<typeof typingFrame>;
