import { z } from 'zod';
import { channelId } from '../ids.ts';

/** The user is no longer a member of a channel. No frame of it follows. */
export const removedFrame = z.object({ type: z.literal('removed'), channel: channelId });

export type RemovedFrame = z.infer<typeof removedFrame>;
