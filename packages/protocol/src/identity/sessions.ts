import { z } from 'zod';
import { timeMs } from '../ids.ts';

/** One session of the user. */
export const session = z.object({
  id: z.string(),
  current: z.boolean(),
  createdAt: timeMs,
  expiresAt: timeMs,
  userAgent: z.string().optional(),
  address: z.string().optional(),
});

export const sessionList = z.object({ sessions: z.array(session) });

export type Session = z.infer<typeof session>;
export type SessionList = z.infer<typeof sessionList>;
