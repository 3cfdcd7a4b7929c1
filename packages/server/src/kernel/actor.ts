import type { UserId, UserRole } from '@parley/protocol';

/** The user who issues a command. The role is the one at the time the request was authenticated. */
export interface Actor {
  readonly user: UserId;
  readonly role: UserRole;
}
