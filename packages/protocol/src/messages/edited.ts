import { z } from 'zod';
import { messageId } from '../ids.ts';
import { eventBase } from '../sync/event-base.ts';

/** `body` is empty, and `deleted` set, once the message was deleted: its text is nowhere. */
export const editedEvent = z.object({
  type: z.literal('edited'),
  ...eventBase,
  id: messageId,
  body: z.string(),
  deleted: z.literal(true).optional(),
});

export type EditedEvent = z.infer<typeof editedEvent>;
