import type { User } from '@parley/protocol';
import type { ReactNode } from 'react';
import { EmptyList } from '../../ui/list-states.tsx';
import { matchesPerson } from './matches-person.ts';

/** The number of rendered rows. Nobody scrolls further, and thousands would slow down typing. */
const MAX_ROWS = 200;

interface PeopleListProps {
  readonly people: readonly User[];
  /** The search text. */
  readonly text: string;
  readonly renderRow: (person: User) => ReactNode;
}

/** The rows of the people who match. */
export function PeopleList({ people, text, renderRow }: PeopleListProps) {
  const found = people.filter((person) => matchesPerson(person, text));
  if (found.length === 0) return <EmptyList>Nobody here is called “{text.trim()}”.</EmptyList>;
  const more = found.length - MAX_ROWS;
  return (
    <>
      <ul>{found.slice(0, MAX_ROWS).map(renderRow)}</ul>
      {more > 0 && (
        <p className="px-2 py-3 text-secondary text-muted">
          And {more} more. Type a name to find {more === 1 ? 'them' : 'one of them'}.
        </p>
      )}
    </>
  );
}
