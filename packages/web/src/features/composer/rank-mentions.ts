import type { User, UserId } from '@parley/protocol';
import { fold, matchesPerson } from '../people/matches-person.ts';

export interface MentionContext {
  readonly people: Iterable<User>;
  /** Null while it is not known who they are. */
  readonly members: ReadonlySet<UserId> | null;
  /** Who spoke here, latest first. */
  readonly recentAuthors: readonly UserId[];
  readonly me: UserId;
}

export interface Candidate {
  readonly user: User;
  /** They would not read the mention: they are not in the channel. */
  readonly outside: boolean;
}

/** People to mention for what was typed so far: members first, then by handle, then by who spoke last, then by name. */
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
