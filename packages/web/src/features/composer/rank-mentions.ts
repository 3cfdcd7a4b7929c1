import type { User, UserId } from '@parley/protocol';
import { fold, matchesPerson } from '../people/matches-person.ts';

export interface MentionContext {
  readonly people: Iterable<User>;
  /** Null until the members are loaded. */
  readonly members: ReadonlySet<UserId> | null;
  /** Authors of recent messages, latest first. */
  readonly recentAuthors: readonly UserId[];
  readonly me: UserId;
}

export interface Candidate {
  readonly user: User;
  /** The user is not in the channel and would not see the mention. */
  readonly outside: boolean;
}

/** People who match the typed text: members first, then exact handles, then recent authors, then by name. */
export function rankMentions(
  query: string,
  { people, members, recentAuthors, me }: MentionContext,
  limit: number,
): Candidate[] {
  const distinct = new Map([...people].map((user) => [user.id, user]));
  const handle = fold(query);
  const recencyOf = (user: User): number => {
    const index = recentAuthors.indexOf(user.id);
    return index === -1 ? recentAuthors.length : index;
  };
  return [...distinct.values()]
    .filter((user) => user.id !== me && user.suspended !== true && matchesPerson(user, query))
    .map((user) => ({ user, outside: members !== null && !members.has(user.id) }))
    .toSorted(
      (a, b) =>
        Number(a.outside) - Number(b.outside) ||
        Number(b.user.handle === handle) - Number(a.user.handle === handle) ||
        recencyOf(a.user) - recencyOf(b.user) ||
        a.user.name.localeCompare(b.user.name),
    )
    .slice(0, limit);
}
