import type { ChannelView, Conversation } from '@parley/client';
import type { MessageId } from '@parley/protocol';
import { useTimeline } from '@parley/react';
import { type ReactNode, useCallback, useState } from 'react';
import { focusComposer } from '../../app/composer-focus.ts';
import { useMyself } from '../../app/use-myself.ts';
import { Composer } from '../composer/composer.tsx';
import { FailureNotices } from './failure-notices.tsx';
import { TimelineView } from './timeline-view.tsx';
import { TypingLine } from './typing-line.tsx';

interface OpenChannelProps {
  readonly conversation: Conversation;
  /** Null for a direct message nobody has written in yet. */
  readonly channel: ChannelView | null;
  /** Under which its place and drafts are remembered: the same before and after its first message. */
  readonly memory: string;
  /** As people say it, without a mark. */
  readonly name: string;
  /** With a mark: "#design", "Ada". */
  readonly place: string;
  readonly atSeq: number | null;
  readonly intro: ReactNode;
}

export interface Editing {
  readonly message: MessageId;
  /** An edit that failed, to go on with; null to begin with the message's text. */
  readonly text: string | null;
}

export function OpenChannel(props: OpenChannelProps) {
  const { conversation, channel, memory, place } = props;
  const timeline = useTimeline(conversation);
  const me = useMyself();
  const [editing, setEditing] = useState<Editing | null>(null);
  const stopEditing = useCallback(() => {
    setEditing(null);
    focusComposer();
  }, []);
  const editLast = (): boolean => {
    const last = timeline.messages.findLast(({ by, state, deleted }) => by === me.id && state === 'sent' && !deleted);
    if (last !== undefined) setEditing({ message: last.id, text: null });
    return last !== undefined;
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <TimelineView {...props} timeline={timeline} editing={editing} onEdit={setEditing} onEditEnd={stopEditing} />
      <div className="shrink-0 px-3 pb-[env(safe-area-inset-bottom)] md:px-5">
        <FailureNotices
          conversation={conversation}
          channel={channel}
          memory={memory}
          place={place}
          onEdit={setEditing}
        />
        <Composer conversation={conversation} channel={channel} memory={memory} place={place} onEditLast={editLast} />
        <TypingLine conversation={conversation} />
      </div>
    </div>
  );
}
