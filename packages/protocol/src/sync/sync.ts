import { z } from 'zod';
import { channelId, position, ref } from '../ids.ts';
import { MAX_SYNC_EVENTS } from '../limits.ts';

/** Requests the events after a position. The reply is `events`, or `reset` if the client is too far behind. */
export const sync = z.strictObject({
  type: z.literal('sync'),
  ref,
  channel: channelId,
  after: position,
  limit: z.int().min(1).max(MAX_SYNC_EVENTS).optional(),
});

export type Sync = z.infer<typeof sync>;
