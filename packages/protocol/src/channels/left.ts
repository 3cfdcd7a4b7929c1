import { z } from 'zod';
import { userId } from '../ids.ts';
import { eventBase } from '../sync/event-base.ts';

/** `user` is no longer a member. `by` removed them, or is the same user. */
export const leftEvent = z.object({ type: z.literal('left'), ...eventBase, user: userId });

export type LeftEvent = z.infer<typeof leftEvent>;
