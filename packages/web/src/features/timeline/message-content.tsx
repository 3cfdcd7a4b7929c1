import type { TimelineMessage } from '@parley/client';
import type { ChannelId } from '@parley/protocol';
import { Trash2 } from 'lucide-react';
import { formatFull } from '../../ui/time.ts';
import { tip } from '../../ui/tip.ts';
import { MessageBody } from '../markdown/message-body.tsx';
import { Collapsible } from './collapsible.tsx';
import type { Editing } from './conversation-props.ts';
import { MessageEditor } from './message-editor.tsx';
import { Reactions } from './reactions.tsx';
import type { MessageRow } from './rows.ts';

interface MessageContentProps {
  readonly row: MessageRow;
  readonly channelId: ChannelId | null;
  readonly editing: Editing | null;
  readonly onEditEnd: () => void;
}

/** The message's text, its editor or a note that it was deleted, and the reactions to it. */
export function MessageContent({ row: { message }, channelId, editing, onEditEnd }: MessageContentProps) {
  if (message.deleted) return <Tombstone />;
  return (
    <>
      {editing !== null && channelId !== null ? (
        <MessageEditor message={message} channelId={channelId} text={editing.text ?? message.body} onEnd={onEditEnd} />
      ) : (
        <Collapsible body={message.body}>
          <MessageBody
            body={message.body}
            suffix={message.editedAt === null ? null : <EditedMark message={message} at={message.editedAt} />}
          />
        </Collapsible>
      )}
      {message.reactions.length > 0 && channelId !== null && <Reactions message={message} channelId={channelId} />}
    </>
  );
}

function Tombstone() {
  return (
    <p className="flex items-center gap-1.5 text-faint italic">
      <Trash2 aria-hidden className="size-3.5" />
      This message was deleted
    </p>
  );
}

function EditedMark({ message, at }: { readonly message: TimelineMessage; readonly at: number }) {
  return (
    <span {...tip(message.changing ? 'Saving…' : `Edited ${formatFull(at)}`)} className="text-small text-faint">
      (edited)
    </span>
  );
}
