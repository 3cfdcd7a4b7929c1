import { z } from 'zod';
import { userId } from '../ids.ts';
import { eventBase } from '../sync/event-base.ts';

/** `user` became a member. `by` added them, or is the same user. */
export const joinedEvent = z.object({ type: z.literal('joined'), ...eventBase, user: userId });

export type JoinedEvent = z.infer<typeof joinedEvent>;
