import { z } from 'zod';
import { userId } from '../ids.ts';
import { eventBase } from '../sync/event-base.ts';

/** `user` is no longer a member; `by` is who removed them, or themselves. */
export const leftEvent = z.object({ type: z.literal('left'), ...eventBase, user: userId });

export type LeftEvent = z.infer<typeof leftEvent>;
