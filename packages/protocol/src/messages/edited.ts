import { z } from 'zod';
import { messageId } from '../ids.ts';
import { eventBase } from '../sync/event-base.ts';

/** Once the message is deleted, `body` is empty and `deleted` is set: its text is not stored anywhere. */
export const editedEvent = z.object({
  type: z.literal('edited'),
  ...eventBase,
  id: messageId,
  body: z.string(),
  deleted: z.literal(true).optional(),
});

export type EditedEvent = z.infer<typeof editedEvent>;
