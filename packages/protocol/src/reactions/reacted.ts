import { z } from 'zod';
import { messageId } from '../ids.ts';
import { eventBase } from '../sync/event-base.ts';

export const reactedEvent = z.object({ type: z.literal('reacted'), ...eventBase, id: messageId, emoji: z.string() });

export type ReactedEvent = z.infer<typeof reactedEvent>;
