import type { UpdateUserBody, User } from '@parley/protocol';
import { useChannels } from '@parley/react';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { FailedList } from '../../ui/list-states.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { Menu } from '../../ui/menu.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.ts';
import { isGeneral } from '../channels/names-and-permissions.ts';
import { useMembers } from '../channels/use-members.ts';
import { PeopleList } from '../people/people-list.tsx';
import { PersonLine, PersonSkeleton } from '../people/person-row.tsx';
import { useCurrentUser } from '../session/use-current-user.ts';

/** Manages roles and suspensions of all users. */
export function PeopleAdministration() {
  // All users are in #general, including suspended ones, which the user search omits.
  const general = useChannels().find(isGeneral);
  if (general === undefined) return null;
  return <UserList generalId={general.id} />;
}

function UserList({ generalId }: { readonly generalId: string }) {
  const { state, reload } = useMembers(generalId);
  const [text, setText] = useState('');
  if (state.name === 'failed') return <FailedList error={state.error} onRetry={reload} />;
  if (state.name === 'loading') {
    return (
      <SkeletonRows count={6}>
        <PersonSkeleton />
      </SkeletonRows>
    );
  }
  return (
    <>
      <SearchField label="Find a person" value={text} onSearch={setText} className="pb-2" />
      <div className="-mx-2">
        <PeopleList
          people={state.value}
          text={text}
          renderRow={(person) => <Row key={person.id} person={person} onChanged={reload} />}
        />
      </div>
    </>
  );
}

function Row({ person, onChanged }: { readonly person: User; readonly onChanged: () => void }) {
  const me = useCurrentUser();
  const changeable = person.id !== me.id && person.role !== 'owner';
  const change = async (body: UpdateUserBody, done: string): Promise<void> => {
    const result = await api.updateUser(person.id, body);
    if (!result.ok) {
      showToast(describeError(result.error), 'danger');
      return;
    }
    showToast(done);
    onChanged();
  };
  return (
    <li className="flex items-center gap-2.5 rounded-sm px-2 py-1.5 hover:bg-hover">
      <PersonLine person={person} own={person.id === me.id} />
      {changeable ? (
        <Menu
          label={`Actions for ${person.name}`}
          align="end"
          entries={entries(person, (body, done) => void change(body, done))}
          renderTrigger={(props) => (
            <IconButton {...props} size="small" label={`Manage ${person.name}`} icon={<Ellipsis size={16} />} />
          )}
        />
      ) : (
        <span className="w-6" />
      )}
    </li>
  );
}

function entries(person: User, change: (body: UpdateUserBody, done: string) => void): MenuEntry[] {
  const { name } = person;
  const role: MenuEntry =
    person.role === 'admin'
      ? { label: 'Make a member', onSelect: () => change({ role: 'member' }, `${name} is a member now`) }
      : { label: 'Make an admin', onSelect: () => change({ role: 'admin' }, `${name} is an admin now`) };
  const suspension: MenuEntry =
    person.suspended === true
      ? { label: 'Lift the suspension', onSelect: () => change({ suspended: false }, `${name} may sign in again`) }
      : { label: 'Suspend', tone: 'danger', onSelect: () => change({ suspended: true }, `${name} is suspended`) };
  return [role, '-', suspension];
}
