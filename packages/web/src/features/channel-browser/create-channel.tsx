import { MAX_CHANNEL_NAME_CHARS } from '@parley/protocol';
import { useParley } from '@parley/react';
import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { Dialog, useCloseDialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Switch } from '../../ui/switch.tsx';
import { TopicField } from '../channel-header/topic-field.tsx';
import { openJoinedChannel } from '../channels/open-joined-channel.ts';

/** Creates a channel, public by default. */
export function CreateChannel({ onClosed }: { readonly onClosed: () => void }) {
  return (
    <Dialog title="Create a channel" description="Channels are where a topic or a team talks." onClosed={onClosed}>
      <CreateForm />
    </Dialog>
  );
}

function CreateForm() {
  const parley = useParley();
  const close = useCloseDialog();
  const [name, setName] = useState('');
  const [topic, setTopic] = useState('');
  const [isPrivate, setPrivate] = useState(false);

  const send = async (): Promise<string | null> => {
    const kind = isPrivate ? 'private' : 'public';
    const result = await api.createChannel({ name: name.trim(), kind, topic: topic.trim() });
    if (!result.ok) {
      return describeError(result.error, { conflict: `There is a #${name.trim()} already. Pick another name.` });
    }
    close();
    openJoinedChannel(parley, result.value.channel.id);
    return null;
  };

  return (
    <DialogForm onSend={send} submitLabel="Create channel">
      <Field
        label="Name"
        placeholder="design-reviews"
        hint="Short, so that it fits into the sidebar."
        required
        autoFocus
        pattern=".*\S.*"
        maxLength={MAX_CHANNEL_NAME_CHARS}
        value={name}
        onChange={(event) => setName(event.target.value.replace(/^#/u, ''))}
      />
      <TopicField value={topic} onValue={setTopic} />
      <Switch
        label="Private"
        hint={isPrivate ? 'Only people who are added can see it.' : 'Everyone on this server may join and read it.'}
        checked={isPrivate}
        onChange={setPrivate}
      />
    </DialogForm>
  );
}
