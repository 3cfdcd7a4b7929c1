import type { TimelineMessage } from '@parley/client';
import type { ChannelId } from '@parley/protocol';
import { useParley } from '@parley/react';
import { useRef } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog, useCloseDialog } from '../../ui/dialog.tsx';
import { MessageBody } from '../markdown/message-body.tsx';

export interface DeleteMessageProps {
  readonly message: TimelineMessage;
  readonly channelId: ChannelId;
  readonly onClosed: () => void;
}

/** Asks before deleting a message, because its text cannot be restored. */
export function DeleteMessage({ message, channelId, onClosed }: DeleteMessageProps) {
  const confirm = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      title="Delete this message?"
      description="Everybody sees that there was one, and nobody what it said."
      width="small"
      initialFocus={confirm}
      onClosed={onClosed}
      footer={<Buttons confirm={confirm} message={message} channelId={channelId} />}
    >
      <div className="max-h-40 overflow-hidden rounded-sm border border-line px-3 py-2">
        <MessageBody body={message.body} />
      </div>
    </Dialog>
  );
}

interface ButtonsProps extends Omit<DeleteMessageProps, 'onClosed'> {
  readonly confirm: React.RefObject<HTMLButtonElement | null>;
}

function Buttons({ confirm, message, channelId }: ButtonsProps) {
  const parley = useParley();
  const close = useCloseDialog();
  const remove = (): void => {
    parley.delete(channelId, message.id);
    close();
  };
  return (
    <>
      <Button onClick={close}>Cancel</Button>
      <Button ref={confirm} variant="danger" onClick={remove}>
        Delete
      </Button>
    </>
  );
}
