import type { UserId } from '@parley/protocol';
import { REANNOUNCE_SLICES } from '#limits.ts';

/**
 * In which of the `ATTENDANCE_TURNS` a node says again what it holds of a user: the same each time, and about as many users
 * in each, so that nobody waits longer than all turns and no turn says everything.
 */
export function sliceOf(user: UserId): number {
  let sum = 0;
  for (let index = 0; index < user.length; index += 1) sum += user.charCodeAt(index);
  return sum % REANNOUNCE_SLICES;
}
