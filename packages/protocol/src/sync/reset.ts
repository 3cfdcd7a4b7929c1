import { z } from 'zod';
import { channelId, ref } from '../ids.ts';

/** The reply to a `sync` from too far behind: the client must reload the channel with `history`. */
export const resetFrame = z.object({ type: z.literal('reset'), ref, channel: channelId });

export type ResetFrame = z.infer<typeof resetFrame>;
