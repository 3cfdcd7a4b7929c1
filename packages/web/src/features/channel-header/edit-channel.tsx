import { type ChannelId, MAX_CHANNEL_NAME_CHARS } from '@parley/protocol';
import { useChannel } from '@parley/react';
import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { Dialog, useCloseDialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { TopicField } from './topic-field.tsx';

interface EditChannelProps {
  readonly channel: ChannelId;
  readonly onClosed: () => void;
}

/** Edits a channel's name and topic. */
export function EditChannel({ channel, onClosed }: EditChannelProps) {
  return (
    <Dialog title="Edit name and topic" onClosed={onClosed}>
      <EditForm id={channel} />
    </Dialog>
  );
}

function EditForm({ id }: { readonly id: ChannelId }) {
  const close = useCloseDialog();
  const channel = useChannel(id);
  const [name, setName] = useState(channel?.name ?? '');
  const [topic, setTopic] = useState(channel?.topic ?? '');

  const send = async (): Promise<string | null> => {
    const result = await api.updateChannel(id, { name: name.trim(), topic: topic.trim() });
    if (!result.ok) return describeError(result.error, { conflict: 'Another channel has that name already.' });
    close();
    return null;
  };

  return (
    <DialogForm onSend={send} submitLabel="Save">
      <Field
        label="Name"
        required
        pattern=".*\S.*"
        maxLength={MAX_CHANNEL_NAME_CHARS}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TopicField value={topic} onValue={setTopic} />
    </DialogForm>
  );
}
