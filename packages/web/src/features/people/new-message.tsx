import type { User } from '@parley/protocol';
import { useParley } from '@parley/react';
import { Search } from 'lucide-react';
import { useRef, useState } from 'react';
import { openDialog } from '../../lib/dialogs.ts';
import { useIsOnline } from '../../lib/use-online.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, useCloseDialog } from '../../ui/dialog.tsx';
import { EmptyList, FailedList } from '../../ui/list-states.tsx';
import { Picker } from '../../ui/picker.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { isAdmin, openDirectMessage } from '../channels/names-and-permissions.ts';
import { byName } from '../channels/use-members.ts';
import { useCurrentUser } from '../session/use-current-user.ts';
import { PersonLine, PersonSkeleton } from './person-row.tsx';
import { useUserSearch } from './use-user-search.ts';

/** Picks a person to write to. */
export function NewMessage({ onClosed }: { readonly onClosed: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog title="New message" frame="none" tall initialFocus={input} onClosed={onClosed}>
      <UserPicker input={input} />
    </Dialog>
  );
}

function UserPicker({ input }: { readonly input: React.RefObject<HTMLInputElement | null> }) {
  const parley = useParley();
  const me = useCurrentUser();
  const isOnline = useIsOnline();
  const close = useCloseDialog();
  const [text, setText] = useState('');
  const { state, reload } = useUserSearch(text);
  const people = state.name === 'loaded' ? state.value.users.toSorted(byName) : [];
  const pick = (person: User): void => {
    close();
    openDirectMessage(parley, person.id);
  };
  return (
    <Picker
      label="Find a person"
      placeholder="Write to…"
      icon={<Search aria-hidden size={18} />}
      text={text}
      onText={setText}
      inputRef={input}
      items={people}
      keyOf={(person) => person.id}
      renderItem={(person) => <PersonLine person={person} online={isOnline(person.id)} own={person.id === me.id} />}
      onPick={pick}
      emptyState={
        state.name === 'loading' ? (
          <div className="p-2">
            <SkeletonRows count={6}>
              <PersonSkeleton />
            </SkeletonRows>
          </div>
        ) : state.name === 'failed' ? (
          <FailedList error={state.error} onRetry={reload} />
        ) : (
          <EmptyList action={isAdmin(me) && <InviteButton />}>Nobody here is called “{text.trim()}”.</EmptyList>
        )
      }
    />
  );
}

function InviteButton() {
  return <Button onClick={() => openDialog({ name: 'settings', tab: 'invites' })}>Invite people</Button>;
}
