import { z } from 'zod';
import { channelId, position, ref } from '../ids.ts';

/** Answers `ping`: a lost last event shows no jump, so here are the heads of the user's channels. */
export const pongFrame = z.object({ type: z.literal('pong'), ref, heads: z.record(channelId, position) });

export type PongFrame = z.infer<typeof pongFrame>;
