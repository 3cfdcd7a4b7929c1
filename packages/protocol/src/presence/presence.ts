import { z } from 'zod';
import { userId } from '../ids.ts';

export const PRESENCE_STATES = ['online', 'offline'] as const;

/** A partner of a direct message connected or disconnected. Never stored. */
export const presenceFrame = z.object({ type: z.literal('presence'), user: userId, state: z.enum(PRESENCE_STATES) });

export type PresenceState = (typeof PRESENCE_STATES)[number];
export type PresenceFrame = z.infer<typeof presenceFrame>;
