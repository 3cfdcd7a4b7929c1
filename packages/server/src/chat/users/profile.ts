import type { User } from '@parley/protocol';
import type { UserRecord } from '#ports/users.ts';

/** A user as everyone may see them. */
export function toUser({ id, name, handle, role, suspended }: UserRecord): User {
  return { id, name, handle, role, ...(suspended ? { suspended } : {}) };
}
