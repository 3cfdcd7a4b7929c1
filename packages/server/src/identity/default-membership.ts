import type { UserId } from '@parley/protocol';
import type { Logger } from '#ports/logger.ts';

/** What `Chat` does for a new user; doing it again changes nothing. */
export interface JoinsGeneral {
  joinGeneral(user: UserId): Promise<void>;
}

/** Sees to it that every user is a member of #general, also when the store was away as they came. */
export interface GeneralMembership {
  /** Never rejects: an account without #general is better than none. What failed is owed. */
  ensure(user: UserId): Promise<void>;
  /** Was this user's greeting tried by this process, and did it fail? */
  hasFailed(user: UserId): boolean;
  /** Has this process greeted this user? */
  isEnsured(user: UserId): boolean;
}

/** Remembers at most `max` users of either kind; a forgotten one is greeted again, which changes nothing. */
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
