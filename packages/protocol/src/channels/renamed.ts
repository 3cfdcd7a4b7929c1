import { z } from 'zod';
import { eventBase } from '../sync/event-base.ts';

/** Has both fields, even if only one changed. */
export const renamedEvent = z.object({ type: z.literal('renamed'), ...eventBase, name: z.string(), topic: z.string() });

export type RenamedEvent = z.infer<typeof renamedEvent>;
