import { z } from 'zod';
import { channelId, userId } from '../ids.ts';

/** Another user is typing, or has stopped. The receiver expires the signal. Never stored. */
export const typingFrame = z.object({ type: z.literal('typing'), channel: channelId, user: userId, on: z.boolean() });

export type TypingFrame = z.infer<typeof typingFrame>;
