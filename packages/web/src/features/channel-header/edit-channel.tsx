import { type ChannelId, MAX_CHANNEL_NAME_CHARS } from '@parley/protocol';
import { useChannel } from '@parley/react';
import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { Button } from '../../ui/button.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { Dialog, useCloseDialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { TopicField } from './topic-field.tsx';

interface EditChannelProps {
  readonly channel: ChannelId;
  readonly onClosed: () => void;
}

/** A channel's name and topic. */
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

  const { busy, error, onSubmit } = useSubmit(async () => {
    const answer = await api.updateChannel(id, { name: name.trim(), topic: topic.trim() });
    if (!answer.ok) return describeError(answer.error, { conflict: 'Another channel has that name already.' });
    close();
    return null;
  });

  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <Field
        label="Name"
        required
        pattern=".*\S.*"
        maxLength={MAX_CHANNEL_NAME_CHARS}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TopicField value={topic} onValue={setTopic} />
      <FormError>{error}</FormError>
      <DialogActions>
        <Button variant="primary" type="submit" busy={busy}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
