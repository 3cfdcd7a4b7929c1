import { MAX_CHANNEL_NAME_CHARS } from '@parley/protocol';
import { useParley } from '@parley/react';
import { useState } from 'react';
import { openGainedChannel } from '../../app/open-channel.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { Button } from '../../design/button.tsx';
import { DialogActions } from '../../design/dialog-actions.tsx';
import { Dialog, useCloseDialog } from '../../design/dialog.tsx';
import { Field } from '../../design/field.tsx';
import { FormError } from '../../design/form-error.tsx';
import { Switch } from '../../design/switch.tsx';
import { api } from '../../http/api.ts';
import { describeError } from '../../http/request.ts';
import { TopicField } from '../channel-header/topic-field.tsx';

/** A new channel, public unless one says otherwise. */
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

  const { busy, error, onSubmit } = useSubmit(async () => {
    const kind = isPrivate ? 'private' : 'public';
    const answer = await api.createChannel({ name: name.trim(), kind, topic: topic.trim() });
    if (!answer.ok) {
      return describeError(answer.error, { conflict: `There is a #${name.trim()} already. Pick another name.` });
    }
    close();
    openGainedChannel(parley, answer.value.channel.id);
    return null;
  });

  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
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
      <FormError>{error}</FormError>
      <DialogActions>
        <Button variant="primary" type="submit" busy={busy}>
          Create channel
        </Button>
      </DialogActions>
    </form>
  );
}
