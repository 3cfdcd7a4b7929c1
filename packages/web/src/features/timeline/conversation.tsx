import type { ChannelView, Conversation } from '@parley/client';
import type { User } from '@parley/protocol';
import { useChannel, useMe, useParley, useSelected } from '@parley/react';
import { useCallback, useEffect, useState } from 'react';
import { focusComposer } from '../../lib/composer-focus.ts';
import { titleOf } from '../channels/names-and-permissions.ts';
import { Composer } from '../composer/composer.tsx';
import { useCurrentUser } from '../session/use-current-user.ts';
import type { ConversationProps, Editing } from './conversation-props.ts';
import { FailureNotices } from './failure-notices.tsx';
import { TimelineSkeleton } from './timeline-skeleton.tsx';
import { TimelineView } from './timeline-view.tsx';
import { TypingLine } from './typing-line.tsx';

interface ConversationViewProps {
  readonly conversation: Conversation;
  /** The message that a link points to. Null starts at the first unread message or the last position. */
  readonly atSeq: number | null;
}

/** Everything below the header of a conversation: messages, failures, composer and typing line. */
export function ConversationView({ conversation, atSeq }: ConversationViewProps) {
  const me = useMe();
  const channel = useChannel(conversation);
  const name = useSelected(useParley().users, (users) => {
    return channel === null ? (users.get(conversation.slice('to:'.length))?.name ?? '…') : titleOf(channel, users, me);
  });
  if (me === null || (channel === null && !conversation.startsWith('to:'))) return <TimelineSkeleton />;
  const partner = channel === null ? conversation.slice('to:'.length) : directPartner(channel, me);
  return (
    <LoadedConversation
      // A direct message stays the same view when its first message creates the channel.
      key={partner === null ? conversation : `to:${partner}`}
      storageKey={partner === null ? conversation : `to:${partner}`}
      conversation={conversation}
      channel={channel}
      name={name}
      label={partner === null ? `#${name}` : name}
      atSeq={atSeq}
    />
  );
}

function directPartner(channel: ChannelView, me: User): string | null {
  return channel.kind === 'dm' ? (channel.others[0] ?? me.id) : null;
}

/** `channel` changes with every message, so only the timeline may depend on it. */
function LoadedConversation(props: ConversationProps) {
  const { conversation, channel, storageKey, label } = props;
  const parley = useParley();
  const [editing, setEditing] = useState<Editing | null>(null);
  const stopEditing = useCallback(() => {
    setEditing(null);
    focusComposer();
  }, []);
  useEffect(() => {
    // Loads the partner of a direct message that has no channel yet. Nothing else asks for them.
    if (channel === null) parley.open(conversation);
  }, [parley, conversation, channel]);
  const editLast = useEditLast(conversation, setEditing);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <TimelineView {...props} editing={editing} onEdit={setEditing} onEditEnd={stopEditing} />
      <div className="shrink-0 px-3 pt-1.5 pb-[env(safe-area-inset-bottom)] md:px-5">
        <FailureNotices conversation={conversation} storageKey={storageKey} label={label} onEdit={setEditing} />
        <Composer conversation={conversation} storageKey={storageKey} label={label} onEditLast={editLast} />
        <TypingLine conversation={conversation} />
      </div>
    </div>
  );
}

/** Starts editing the user's last sent message. Returns false when there is none. */
function useEditLast(conversation: Conversation, onEdit: (editing: Editing) => void): () => boolean {
  const parley = useParley();
  const me = useCurrentUser();
  return useCallback((): boolean => {
    const { messages } = parley.timeline(conversation).get();
    const last = messages.findLast(({ by, state, deleted }) => by === me.id && state === 'sent' && !deleted);
    if (last !== undefined) onEdit({ message: last.id, text: null });
    return last !== undefined;
  }, [parley, conversation, me.id, onEdit]);
}
