import { z } from 'zod';
import { channelId, position, ref } from '../ids.ts';
import { MAX_SYNC_EVENTS } from '../limits.ts';

/** Asks for the events after a position. Answered by `events`, or by `reset` when the client is too far behind. */
export const sync = z.strictObject({
  type: z.literal('sync'),
  ref,
  channel: channelId,
  after: position,
  limit: z.int().min(1).max(MAX_SYNC_EVENTS).optional(),
});

export type Sync = z.infer<typeof sync>;
