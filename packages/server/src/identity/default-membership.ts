import type { UserId } from '@parley/protocol';
import type { Logger } from '#ports/logger.ts';

/** What `Chat` does for a new user; doing it again changes nothing. */
export interface Welcoming {
  welcome(user: UserId): Promise<void>;
}

/** Sees to it that every user is a member of #general, also when the store was away as they came. */
export interface Welcome {
  /** Never rejects: an account without #general is better than none. What failed is owed. */
  greet(user: UserId): Promise<void>;
  /** Was this user's greeting tried by this process, and did it fail? */
  isOwed(user: UserId): boolean;
  /** Has this process greeted this user? */
  isGreeted(user: UserId): boolean;
}

/** Remembers at most `max` users of either kind; a forgotten one is greeted again, which changes nothing. */
export function createWelcome({ chat, logger, max }: { chat: Welcoming; logger: Logger; max: number }): Welcome {
  const greeted = new Set<UserId>();
  const owed = new Set<UserId>();

  function remember(users: Set<UserId>, user: UserId): void {
    users.add(user);
    if (users.size > max) users.delete(users.values().next().value ?? user);
  }

  return {
    async greet(user) {
      try {
        await chat.welcome(user);
        owed.delete(user);
        remember(greeted, user);
      } catch (error) {
        remember(owed, user);
        logger.warn({ err: error, user }, 'a new user could not join #general yet');
      }
    },
    isOwed: (user) => owed.has(user),
    isGreeted: (user) => greeted.has(user),
  };
}
