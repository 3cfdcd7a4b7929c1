import { z } from 'zod';
import { messageId } from '../ids.ts';
import { eventBase } from '../sync/event-base.ts';

export const deletedEvent = z.object({ type: z.literal('deleted'), ...eventBase, id: messageId });

export type DeletedEvent = z.infer<typeof deletedEvent>;
