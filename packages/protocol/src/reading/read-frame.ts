import { z } from 'zod';
import { channelId, position } from '../ids.ts';

/** The user's read cursor moved on another device. */
export const readFrame = z.object({
  type: z.literal('read'),
  channel: channelId,
  seq: position,
  unread: z.int().nonnegative(),
  mentions: z.int().nonnegative(),
  /** The head of the channel when these were counted: who has heard more counts that as well. */
  lastSeq: position.optional(),
});

export type ReadFrame = z.infer<typeof readFrame>;
