import { useChannels, useMe, useParley, useReadable, useUsers } from '@parley/react';
import { Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { openDialog } from '../../lib/dialogs.ts';
import { openConversation } from '../../lib/navigation.ts';
import { useIsOnline } from '../../lib/use-online.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { ChannelIcon } from '../../ui/channel-icon.tsx';
import { Dialog, useCloseDialog } from '../../ui/dialog.tsx';
import { EmptyList } from '../../ui/list-states.tsx';
import { Picker } from '../../ui/picker.tsx';
import { formatRelative } from '../../ui/time.ts';
import { useCurrentConversation } from '../channels/current-conversation.ts';
import { openDirectMessage } from '../channels/names-and-permissions.ts';
import { recentStore } from '../channels/recent-conversations.ts';
import { useUserSearch } from '../people/use-user-search.ts';
import { badgeText, personalUnread } from '../sidebar/unread.ts';
import { candidates, rank, type Ranked } from './candidates.ts';

const MAX_SHOWN = 50;

/** Jumps to any channel or person by typing a few letters. Opened by Ctrl/⌘ K. */
export function QuickSwitcher({ onClosed }: { readonly onClosed: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog title="Jump to" frame="none" tall initialFocus={input} onClosed={onClosed}>
      <CandidatePicker input={input} />
    </Dialog>
  );
}

function CandidatePicker({ input }: { readonly input: React.RefObject<HTMLInputElement | null> }) {
  const parley = useParley();
  const close = useCloseDialog();
  const [text, setText] = useState('');
  const items = useRanked(text);
  const pick = ({ conversation, person, channel }: Ranked): void => {
    close();
    if (channel === null && person !== null) openDirectMessage(parley, person);
    else openConversation(conversation);
  };
  return (
    <Picker
      label="Jump to"
      placeholder="Jump to a channel or person…"
      icon={<Search aria-hidden size={18} />}
      text={text}
      onText={setText}
      inputRef={input}
      items={items}
      keyOf={(item) => item.conversation}
      renderItem={(item) => <CandidateLine candidate={item} />}
      onPick={pick}
      emptyState={
        <EmptyList action={<Button onClick={() => openDialog({ name: 'channel-browser' })}>Browse channels</Button>}>
          Nothing here is called “{text.trim()}”.
        </EmptyList>
      }
    />
  );
}

function useRanked(text: string): Ranked[] {
  const channels = useChannels();
  const known = useUsers();
  const me = useMe();
  const recent = useReadable(recentStore);
  const current = useCurrentConversation();
  const { state } = useUserSearch(text);
  const found = state.name === 'loaded' ? state.value.users : null;
  return useMemo(() => {
    const users = new Map([...(found ?? []).map((user) => [user.id, user] as const), ...known]);
    return rank(candidates({ channels, users, me }), { text, recent, current, limit: MAX_SHOWN });
  }, [channels, known, me, found, text, recent, current]);
}

function CandidateLine({ candidate }: { readonly candidate: Ranked }) {
  const isOnline = useIsOnline();
  const [now] = useState(() => Date.now());
  const { channel, person, title, detail, positions } = candidate;
  const unread = channel === null ? 0 : personalUnread(channel);
  return (
    <>
      {person === null && channel !== null && (
        <span className="flex size-6 items-center justify-center">
          <ChannelIcon kind={channel.kind} className="text-muted" />
        </span>
      )}
      {person !== null && <Avatar id={person} name={title} size={24} online={isOnline(person)} />}
      <span className="min-w-0 flex-1 truncate text-secondary">
        <span className={channel !== null && channel.unread > 0 ? 'font-semibold' : 'font-medium'}>
          <Highlighted text={title} positions={positions} />
        </span>
        {detail !== '' && <span className="ml-2 text-muted">{person === null ? detail : `@${detail}`}</span>}
      </span>
      {unread > 0 && (
        <span className="tabular rounded-full bg-accent px-1.5 text-small font-semibold text-on-accent">
          {badgeText(unread)}
          <span className="sr-only"> unread</span>
        </span>
      )}
      {channel !== null && channel.lastActivityMs > 0 && (
        <span className="tabular shrink-0 text-small text-faint">{formatRelative(channel.lastActivityMs, now)}</span>
      )}
    </>
  );
}

function Highlighted({ text, positions }: { readonly text: string; readonly positions: readonly number[] }) {
  if (positions.length === 0) return text;
  const matched = new Set(positions);
  // Marks runs instead of letters, because a mark per letter would break ligatures and emoji.
  const runs: { from: number; text: string; marked: boolean }[] = [];
  for (let index = 0; index < text.length; index++) {
    const marked = matched.has(index);
    const last = runs.at(-1);
    if (last?.marked === marked) last.text += text.charAt(index);
    else runs.push({ from: index, text: text.charAt(index), marked });
  }
  return runs.map((run) =>
    run.marked ? (
      <mark key={run.from} className="bg-transparent text-accent">
        {run.text}
      </mark>
    ) : (
      run.text
    ),
  );
}
