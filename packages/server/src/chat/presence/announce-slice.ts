import type { UserId } from '@parley/protocol';
import { REANNOUNCE_SLICES } from '#limits.ts';

/**
 * The slice, of `REANNOUNCE_SLICES`, in which a node announces a user again. It is always the same for a user, and the slices
 * are about equally large: every user is announced once per round, and no announcement is large.
 */
export function sliceOf(user: UserId): number {
  let sum = 0;
  for (let index = 0; index < user.length; index += 1) sum += user.charCodeAt(index);
  return sum % REANNOUNCE_SLICES;
}
