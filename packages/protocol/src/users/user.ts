import { z } from 'zod';
import { userId } from '../ids.ts';

export const USER_ROLES = ['owner', 'admin', 'member'] as const;

export const user = z.object({
  id: userId,
  name: z.string(),
  handle: z.string(),
  role: z.enum(USER_ROLES).optional(),
  /** Set if the account may not connect. */
  suspended: z.literal(true).optional(),
});

/** A profile changed. */
export const userFrame = z.object({ type: z.literal('user'), user });

export type UserRole = (typeof USER_ROLES)[number];
export type User = z.infer<typeof user>;
export type UserFrame = z.infer<typeof userFrame>;
