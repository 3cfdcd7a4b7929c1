import { z } from 'zod';
import { channelId, position } from '../ids.ts';

/** The user's read cursor moved on another device. */
export const readFrame = z.object({
  type: z.literal('read'),
  channel: channelId,
  seq: position,
  unread: z.int().nonnegative(),
  mentions: z.int().nonnegative(),
  /** The head of the channel when these were counted. A client that has received later events counts those too. */
  lastSeq: position.optional(),
});

export type ReadFrame = z.infer<typeof readFrame>;
