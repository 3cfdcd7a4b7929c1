import { z } from 'zod';
import { eventBase } from '../sync/event-base.ts';

/** Carries both, whichever of them changed. */
export const renamedEvent = z.object({ type: z.literal('renamed'), ...eventBase, name: z.string(), topic: z.string() });

export type RenamedEvent = z.infer<typeof renamedEvent>;
