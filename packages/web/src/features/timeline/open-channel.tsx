import { useParley } from '@parley/react';
import { useCallback, useEffect, useState } from 'react';
import { focusComposer } from '../../lib/composer-focus.ts';
import { Composer } from '../composer/composer.tsx';
import { useMyself } from '../session/use-current-user.ts';
import type { Editing, ConversationProps } from './conversation-props.ts';
import { FailureNotices } from './failure-notices.tsx';
import { TimelineView } from './timeline-view.tsx';
import { TypingLine } from './typing-line.tsx';

/** Every message is another `channel`: only the timeline may depend on it. */
export function OpenChannel(props: ConversationProps) {
  const { conversation, channel, storageKey, label } = props;
  const parley = useParley();
  const me = useMyself();
  const [editing, setEditing] = useState<Editing | null>(null);
  const stopEditing = useCallback(() => {
    setEditing(null);
    focusComposer();
  }, []);
  useEffect(() => {
    // Nothing else asks who a direct message is with that nobody has written in yet.
    if (channel === null) parley.open(conversation);
  }, [parley, conversation, channel]);
  const editLast = useCallback((): boolean => {
    const { messages } = parley.timeline(conversation).get();
    const last = messages.findLast(({ by, state, deleted }) => by === me.id && state === 'sent' && !deleted);
    if (last !== undefined) setEditing({ message: last.id, text: null });
    return last !== undefined;
  }, [parley, conversation, me.id]);
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
