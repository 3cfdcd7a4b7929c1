import { z } from 'zod';
import { messageId } from '../ids.ts';
import { eventBase } from '../sync/event-base.ts';

export const unreactedEvent = z.object({
  type: z.literal('unreacted'),
  ...eventBase,
  id: messageId,
  emoji: z.string(),
});

export type UnreactedEvent = z.infer<typeof unreactedEvent>;
