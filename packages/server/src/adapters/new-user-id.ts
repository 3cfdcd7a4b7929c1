import type { UserId } from '@parley/protocol';
import type { Random } from '#ports/random.ts';

/** 22 characters after the prefix: two users' ids fit into the id of their direct message. */
export function newUserId(random: Random): UserId {
  return `u_${random.token(128)}`;
}
