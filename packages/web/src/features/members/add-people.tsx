import type { ChannelId, User } from '@parley/protocol';
import { useChannel } from '@parley/react';
import { Check, UserPlus } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyList, FailedList } from '../../ui/list-states.tsx';
import { Picker } from '../../ui/picker.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { showToast } from '../../ui/toast.ts';
import { byName, useMembers } from '../channels/use-members.ts';
import { PersonLine, PersonSkeleton } from '../people/person-row.tsx';
import { useUserSearch } from '../people/use-user-search.ts';

interface AddPeopleProps {
  readonly channel: ChannelId;
  readonly onClosed: () => void;
}

/** Adds people to a channel, one click each. Stays open for more. */
export function AddPeople({ channel: id, onClosed }: AddPeopleProps) {
  const input = useRef<HTMLInputElement>(null);
  const name = useChannel(id)?.name ?? '';
  return (
    <Dialog title={`Add people to #${name}`} frame="none" tall initialFocus={input} onClosed={onClosed}>
      <Candidates id={id} name={name} input={input} />
    </Dialog>
  );
}

interface CandidatesProps {
  readonly id: ChannelId;
  readonly name: string;
  readonly input: React.RefObject<HTMLInputElement | null>;
}

function Candidates({ id, name, input }: CandidatesProps) {
  const [text, setText] = useState('');
  const { state, reload } = useUserSearch(text);
  const { stateOf, add } = useAddMembers(id);
  const people = state.name === 'loaded' ? state.value.users.toSorted(byName) : [];
  return (
    <Picker
      label={`Add people to #${name}`}
      placeholder={`Add people to #${name}…`}
      icon={<UserPlus aria-hidden size={18} />}
      text={text}
      onText={setText}
      inputRef={input}
      items={people}
      keyOf={(person) => person.id}
      renderItem={(person) => (
        <>
          <PersonLine person={person} />
          <MembershipMark state={stateOf(person)} />
        </>
      )}
      onPick={(person) => void add(person)}
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
          <EmptyList>Nobody here is called “{text.trim()}”.</EmptyList>
        )
      }
    />
  );
}

type MembershipState = 'outside' | 'adding' | 'inside';

/** Tracks who is a member and who is being added. */
function useAddMembers(id: ChannelId): {
  stateOf: (person: User) => MembershipState;
  add: (person: User) => Promise<void>;
} {
  const members = useMembers(id).state;
  const [changed, setChanged] = useState<ReadonlyMap<string, MembershipState>>(new Map());
  const memberIds = members.name === 'loaded' ? new Set(members.value.map((member) => member.id)) : null;
  const stateOf = (person: User): MembershipState =>
    changed.get(person.id) ?? (memberIds?.has(person.id) === true ? 'inside' : 'outside');
  const setMembership = (person: User, state: MembershipState): void =>
    setChanged((before) => new Map([...before, [person.id, state]]));

  const add = async (person: User): Promise<void> => {
    if (stateOf(person) !== 'outside') return;
    setMembership(person, 'adding');
    const result = await api.addMember(id, person.id);
    setMembership(person, result.ok ? 'inside' : 'outside');
    if (!result.ok) showToast(describeError(result.error), 'danger');
  };
  return { stateOf, add };
}

function MembershipMark({ state }: { readonly state: MembershipState }) {
  if (state === 'adding') return <Spinner />;
  if (state === 'outside') return <span className="shrink-0 text-small font-medium text-accent">Add</span>;
  return (
    <span className="flex shrink-0 items-center gap-1 text-small text-ok">
      <Check aria-hidden size={14} /> Member
    </span>
  );
}
