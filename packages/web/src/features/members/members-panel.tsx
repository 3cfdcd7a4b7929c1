import type { ChannelView, Conversation } from '@parley/client';
import type { User } from '@parley/protocol';
import { useChannel } from '@parley/react';
import { Pencil, UserPlus, X } from 'lucide-react';
import { useState } from 'react';
import { openDialog } from '../../lib/dialogs.ts';
import { closePanel } from '../../lib/side-panel.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { FailedList } from '../../ui/list-states.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { canManage } from '../channels/names-and-permissions.ts';
import { useMembers } from '../channels/use-members.ts';
import { PeopleList } from '../people/people-list.tsx';
import { PersonSkeleton } from '../people/person-row.tsx';
import { useCurrentUser } from '../session/use-current-user.ts';
import { MemberRow } from './member-row.tsx';

/** From this number of members on, the panel has a search field. */
const MIN_MEMBERS_TO_SEARCH = 10;

/** The topic and members of a channel, at the right edge. Covers the timeline where there is no room next to it. */
export function MembersPanel({ conversation }: { readonly conversation: Conversation }) {
  const channel = useChannel(conversation);
  if (channel === null || channel.kind === 'dm') return null;
  return (
    <aside
      aria-label="Members and topic"
      className="flex w-(--panel-width) shrink-0 flex-col border-l border-line bg-paper max-lg:absolute max-lg:inset-y-0 max-lg:right-0 max-lg:z-15 max-lg:shadow-float max-md:w-full"
    >
      <div className="flex h-(--header-height) shrink-0 items-center justify-between border-b border-line pr-2 pl-5">
        <h2 className="truncate text-message font-semibold">About #{channel.name}</h2>
        <IconButton label="Close" keys="Esc" icon={<X size={18} />} onClick={closePanel} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
        <Topic channel={channel} />
        <Members channel={channel} />
      </div>
    </aside>
  );
}

function Topic({ channel }: { readonly channel: ChannelView }) {
  const canManageChannel = canManage(channel, useCurrentUser());
  return (
    <section className="border-b border-line px-5 py-4">
      <div className="flex items-center justify-between">
        <h3 className="text-small font-medium text-faint">Topic</h3>
        {canManageChannel && (
          <IconButton
            size="small"
            label="Edit name and topic"
            icon={<Pencil size={14} />}
            onClick={() => openDialog({ name: 'edit-channel', channel: channel.id })}
          />
        )}
      </div>
      <p className="pt-1 text-secondary wrap-anywhere text-ink">
        {channel.topic === '' ? <span className="text-muted">No topic yet.</span> : channel.topic}
      </p>
      <p className="pt-2 text-small text-muted">
        {channel.kind === 'private' ? 'Private: only its members see it.' : 'Public: everyone may join.'}
      </p>
    </section>
  );
}

function Members({ channel }: { readonly channel: ChannelView }) {
  const { state, reload } = useMembers(channel.id);
  return (
    <section className="px-3 py-3">
      <div className="flex h-8 items-center justify-between px-2">
        <h3 className="text-small font-medium text-faint">
          Members <span className="tabular">{channel.memberCount}</span>
        </h3>
        <IconButton
          size="small"
          label="Add people"
          icon={<UserPlus size={15} />}
          onClick={() => openDialog({ name: 'add-people', channel: channel.id })}
        />
      </div>
      {state.name === 'loading' && (
        <SkeletonRows count={Math.min(channel.memberCount, 8)}>{<PersonSkeleton />}</SkeletonRows>
      )}
      {state.name === 'failed' && <FailedList error={state.error} onRetry={reload} />}
      {state.name === 'loaded' && <MemberList channel={channel} members={state.value} onRemoved={reload} />}
    </section>
  );
}

interface MemberListProps {
  readonly channel: ChannelView;
  readonly members: readonly User[];
  readonly onRemoved: () => void;
}

function MemberList({ channel, members, onRemoved }: MemberListProps) {
  const [text, setText] = useState('');
  return (
    <>
      {members.length >= MIN_MEMBERS_TO_SEARCH && (
        <SearchField label="Find a member" value={text} onSearch={setText} className="px-2 pt-1 pb-2" />
      )}
      <PeopleList
        people={members}
        text={text}
        renderRow={(member) => <MemberRow key={member.id} channel={channel} member={member} onRemoved={onRemoved} />}
      />
    </>
  );
}
