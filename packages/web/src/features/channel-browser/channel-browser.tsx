import type { ListedChannel } from '@parley/protocol';
import { useChannels, useParley } from '@parley/react';
import { Plus } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { openDialog } from '../../lib/dialogs.ts';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { useRequest } from '../../lib/use-request.ts';
import { Button } from '../../ui/button.tsx';
import { ChannelIcon } from '../../ui/channel-icon.tsx';
import { Dialog, useCloseDialog } from '../../ui/dialog.tsx';
import { EmptyList, FailedList } from '../../ui/list-states.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.ts';
import { openJoinedChannel } from '../channels/open-joined-channel.ts';
import { fuzzyMatch } from '../quick-switcher/fuzzy.ts';

/** All channels the user may join, and those they are in. */
export function ChannelBrowser({ onClosed }: { readonly onClosed: () => void }) {
  return (
    <Dialog title="Browse channels" tall onClosed={onClosed}>
      <Browser />
    </Dialog>
  );
}

function Browser() {
  const [text, setText] = useState('');
  const { state, reload } = useRequest(useCallback(() => api.channels(), []));
  useReloadOnChange(reload);
  return (
    <>
      <div className="sticky top-0 z-1 flex gap-2 bg-raised pb-3">
        <SearchField label="Find a channel" value={text} onSearch={setText} autoFocus className="flex-1" />
        <Button icon={<Plus size={16} />} onClick={() => openDialog({ name: 'create-channel' })}>
          New channel
        </Button>
      </div>
      {state.name === 'loading' && (
        <SkeletonRows count={7}>
          <div className="flex flex-col gap-2 px-2 py-3">
            <Skeleton className="h-3.5 w-36" />
            <Skeleton className="h-3 w-64" />
          </div>
        </SkeletonRows>
      )}
      {state.name === 'failed' && <FailedList error={state.error} onRetry={reload} />}
      {state.name === 'loaded' && <ChannelList channels={state.value.channels} text={text} />}
    </>
  );
}

function ChannelList({ channels, text }: { readonly channels: readonly ListedChannel[]; readonly text: string }) {
  const found = channels
    .filter((channel) => channel.kind !== 'dm')
    .map((channel) => ({ channel, score: fuzzyMatch(text, channel.name)?.score ?? null }))
    .filter(({ score }) => score !== null)
    .toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0) || a.channel.name.localeCompare(b.channel.name));
  if (found.length === 0) {
    return (
      <EmptyList action={<Button onClick={() => openDialog({ name: 'create-channel' })}>Make a channel</Button>}>
        {text === '' ? 'There are no channels yet.' : `No channel is called “${text.trim()}”.`}
      </EmptyList>
    );
  }
  return (
    <ul className="-mx-2">
      {found.map(({ channel }) => (
        <ChannelRow key={channel.id} channel={channel} />
      ))}
    </ul>
  );
}

function ChannelRow({ channel }: { readonly channel: ListedChannel }) {
  const parley = useParley();
  const close = useCloseDialog();
  const [busy, setBusy] = useState(false);
  const open = (): void => {
    close();
    openJoinedChannel(parley, channel.id);
  };
  const join = async (): Promise<void> => {
    setBusy(true);
    const result = await api.joinChannel(channel.id);
    setBusy(false);
    if (result.ok) open();
    else showToast(describeError(result.error), 'danger');
  };
  return (
    <li className="flex min-h-14 items-center gap-3 rounded-sm px-2 py-2 hover:bg-hover">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-1.5 text-secondary font-medium">
          <ChannelIcon kind={channel.kind} size={15} className="text-faint" />
          <span className="truncate">{channel.name}</span>
        </p>
        <p className="mt-0.5 flex gap-1.5 pl-5 text-small text-muted">
          <span className="tabular shrink-0">
            {channel.memberCount} {channel.memberCount === 1 ? 'member' : 'members'}
          </span>
          {channel.topic !== '' && <span className="truncate">· {channel.topic}</span>}
        </p>
      </div>
      {channel.joined ? (
        <Button size="small" variant="quiet" aria-label={`Open ${channel.name}`} onClick={open}>
          Open
        </Button>
      ) : (
        <Button size="small" aria-label={`Join ${channel.name}`} busy={busy} onClick={() => void join()}>
          Join
        </Button>
      )}
    </li>
  );
}

/** Reloads the list when the user joins or leaves a channel, here or in another window. */
function useReloadOnChange(reload: () => void): void {
  const count = useChannels().length;
  const loadedCount = useRef(count);
  useEffect(() => {
    if (loadedCount.current === count) return;
    loadedCount.current = count;
    reload();
  }, [count, reload]);
}
