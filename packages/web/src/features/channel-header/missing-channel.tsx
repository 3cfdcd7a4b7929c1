import type { ChannelId } from '@parley/protocol';
import { ArrowLeft } from 'lucide-react';
import { useCallback, useState } from 'react';
import { openDialog } from '../../lib/dialogs.ts';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { backToSidebar } from '../../lib/navigation.ts';
import { useRequest } from '../../lib/use-request.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { FailedList } from '../../ui/list-states.tsx';
import { showToast } from '../../ui/toast.ts';

/** Shown for a channel the user is not in: an old link, or they were removed. A public channel can be joined from here. */
export function MissingChannel({ id }: { readonly id: ChannelId }) {
  const { state, reload } = useRequest(useCallback(() => api.channels(), []));
  const listed = state.name === 'loaded' ? state.value.channels.find((channel) => channel.id === id) : undefined;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="h-(--header-height) pt-1 pl-1 md:hidden">
        <IconButton label="Back to channels" icon={<ArrowLeft size={20} />} onClick={backToSidebar} />
      </div>
      <div className="flex flex-1 flex-col items-center justify-center gap-1.5 px-6 pb-24 text-center">
        {state.name === 'failed' && <FailedList error={state.error} onRetry={reload} />}
        {state.name === 'loaded' && listed !== undefined && (
          <JoinPrompt id={id} name={listed.name} topic={listed.topic} />
        )}
        {state.name === 'loaded' && listed === undefined && (
          <>
            <h1 className="text-heading font-semibold">This channel isn't here</h1>
            <p className="max-w-sm text-message text-muted">It may be private, or the link may be wrong.</p>
            <Button className="mt-4" onClick={() => openDialog({ name: 'channel-browser' })}>
              Browse channels
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

function JoinPrompt({ id, name, topic }: { readonly id: ChannelId; readonly name: string; readonly topic: string }) {
  const [busy, setBusy] = useState(false);
  const join = async (): Promise<void> => {
    setBusy(true);
    const result = await api.joinChannel(id);
    setBusy(false);
    if (!result.ok) showToast(describeError(result.error), 'danger');
  };
  return (
    <>
      <h1 className="text-heading font-semibold">#{name}</h1>
      <p className="max-w-sm text-message text-muted">
        {topic === '' ? 'You are not in this channel yet. Anyone may join.' : topic}
      </p>
      <Button variant="primary" className="mt-4" busy={busy} onClick={() => void join()}>
        Join channel
      </Button>
    </>
  );
}
