import { z } from 'zod';
import { timeMs, userId } from '../ids.ts';

const HOUR_MS = 3_600_000;
export const DEFAULT_INVITE_MS = 7 * 24 * HOUR_MS;
export const MAX_INVITE_MS = 90 * 24 * HOUR_MS;
export const MAX_INVITE_USES = 1_000;

export const invite = z.object({
  id: z.string(),
  by: userId,
  createdAt: timeMs,
  expiresAt: timeMs,
  /** The number of accounts created with it. */
  uses: z.int().nonnegative(),
  maxUses: z.int().positive(),
});

export const inviteList = z.object({ invites: z.array(invite) });
export const createInviteBody = z.strictObject({
  expiresInMs: z.int().min(60_000).max(MAX_INVITE_MS).default(DEFAULT_INVITE_MS),
  maxUses: z.int().min(1).max(MAX_INVITE_USES).default(MAX_INVITE_USES),
});
/** The only response with the code: the server stores its hash. `url` is the link to share. */
export const createInviteReply = z.object({ invite, code: z.string(), url: z.string() });
/** `GET /invites/:code`, without an account: whether the link is valid, and who created it. */
export const inviteCheck = z.object({ valid: z.boolean(), by: z.string().optional() });

export type Invite = z.infer<typeof invite>;
export type InviteList = z.infer<typeof inviteList>;
export type CreateInviteBody = z.input<typeof createInviteBody>;
export type CreateInviteReply = z.infer<typeof createInviteReply>;
export type InviteCheck = z.infer<typeof inviteCheck>;
