import { z } from 'zod';
import { channelId } from '../ids.ts';

/** The user lost a channel: nothing of it follows. */
export const removedFrame = z.object({ type: z.literal('removed'), channel: channelId });

export type RemovedFrame = z.infer<typeof removedFrame>;
