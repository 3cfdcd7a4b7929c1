import { z } from 'zod';
import { channelId, position, ref } from '../ids.ts';

/** The reply to `ping`. It has the heads of the user's channels, because a lost last event leaves no visible gap. */
export const pongFrame = z.object({ type: z.literal('pong'), ref, heads: z.record(channelId, position) });

export type PongFrame = z.infer<typeof pongFrame>;
