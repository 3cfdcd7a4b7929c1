import type { UserId } from '@parley/protocol';
import { ATTENDANCE_TURNS } from '#limits.ts';

/**
 * In which of the `ATTENDANCE_TURNS` a node says again what it holds of a user: the same each time, and about as many users
 * in each, so that nobody waits longer than all turns and no turn says everything.
 */
export function turnOf(user: UserId): number {
  let sum = 0;
  for (let index = 0; index < user.length; index += 1) sum += user.charCodeAt(index);
  return sum % ATTENDANCE_TURNS;
}
