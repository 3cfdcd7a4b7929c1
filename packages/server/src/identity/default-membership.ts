import type { UserId } from '@parley/protocol';
import type { Logger } from '#ports/logger.ts';

/** Makes a user a member of #general. Idempotent. */
export interface JoinsGeneral {
  joinGeneral(user: UserId): Promise<void>;
}

/** Ensures that every user is a member of #general, even if the store was unavailable at the sign-up. */
export interface GeneralMembership {
  /** Never rejects, because an account without #general is better than none. A failure is recorded for a retry. */
  ensure(user: UserId): Promise<void>;
  /** True if the last attempt of this process failed. */
  hasFailed(user: UserId): boolean;
  /** True if this process has ensured the membership of this user. */
  isEnsured(user: UserId): boolean;
}

/** Remembers at most `max` users of either kind. Joining is idempotent, so a forgotten user is just joined again. */
export function createGeneralMembership({
  chat,
  logger,
  max,
}: {
  chat: JoinsGeneral;
  logger: Logger;
  max: number;
}): GeneralMembership {
  const ensured = new Set<UserId>();
  const failed = new Set<UserId>();

  function remember(users: Set<UserId>, user: UserId): void {
    users.add(user);
    if (users.size > max) users.delete(users.values().next().value ?? user);
  }

  return {
    async ensure(user) {
      try {
        await chat.joinGeneral(user);
        failed.delete(user);
        remember(ensured, user);
      } catch (error) {
        remember(failed, user);
        logger.warn({ err: error, user }, 'a new user could not join #general yet');
      }
    },
    hasFailed: (user) => failed.has(user),
    isEnsured: (user) => ensured.has(user),
  };
}
