import { z } from 'zod';
import { channelId, position, ref, seq } from '../ids.ts';
import { MAX_HISTORY_MESSAGES } from '../limits.ts';
import { atMostOneAnchor } from './anchor.ts';

/** Requests messages in their current state: the latest, or those `before`, `after` or `around` a seq. The reply is `messages`. */
export const history = z
  .strictObject({
    type: z.literal('history'),
    ref,
    channel: channelId,
    before: seq.optional(),
    after: position.optional(),
    around: position.optional(),
    limit: z.int().min(1).max(MAX_HISTORY_MESSAGES).optional(),
  })
  .refine(...atMostOneAnchor);

export type History = z.infer<typeof history>;
