import type { ChannelId } from '@parley/protocol';
import { useChannel } from '@parley/react';
import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { navigate } from '../../lib/navigation.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { Dialog, useCloseDialog } from '../../ui/dialog.tsx';

interface LeaveChannelProps {
  readonly channel: ChannelId;
  readonly onClosed: () => void;
}

/** Asks before leaving: a user who leaves a private channel cannot rejoin on their own. */
export function LeaveChannel({ channel: id, onClosed }: LeaveChannelProps) {
  const channel = useChannel(id);
  // Keeps the name on screen while the dialog closes.
  const [{ name, isPrivate }] = useState({ name: channel?.name ?? '', isPrivate: channel?.kind === 'private' });
  return (
    <Dialog
      title={`Leave #${name}?`}
      description={
        isPrivate
          ? 'It is private: someone inside has to add you before you can read it again.'
          : 'You can join again whenever you like.'
      }
      width="small"
      onClosed={onClosed}
    >
      <LeaveForm id={id} />
    </Dialog>
  );
}

function LeaveForm({ id }: { readonly id: ChannelId }) {
  const close = useCloseDialog();
  const send = async (): Promise<string | null> => {
    const result = await api.leaveChannel(id);
    if (!result.ok) return describeError(result.error, { forbidden: "This channel can't be left." });
    close();
    navigate({ name: 'home' }, { replace: true });
    return null;
  };
  return <DialogForm onSend={send} submitLabel="Leave" tone="danger" />;
}
