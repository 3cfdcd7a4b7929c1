import type { Timeline } from '@parley/client';
import { useReadable, useTimeline } from '@parley/react';
import { useMemo, useState } from 'react';
import { usePageFocused } from '../../lib/use-page-focused.ts';
import { useCurrentUser } from '../session/use-current-user.ts';
import type { Editing, ConversationProps } from './conversation-props.ts';
import { DayChip } from './day-chip.tsx';
import { JumpPill } from './jump-pill.tsx';
import { MessageList } from './message-list.tsx';
import { buildRows } from './rows.ts';
import { restoreScroll } from './scroll/scroll-memory.ts';
import { TimelineScroll } from './scroll/timeline-scroll.ts';
import { useInitialPosition } from './scroll/use-initial-position.ts';
import { useScrollToOwn } from './scroll/use-scroll-to-own.ts';
import { TimelineFailed } from './timeline-failed.tsx';
import { TimelineSkeleton } from './timeline-skeleton.tsx';
import { TimelineStart } from './timeline-start.tsx';
import { useMarkRead } from './use-mark-read.ts';
import { useUnreadLine } from './use-unread-line.ts';

interface TimelineViewProps extends ConversationProps {
  readonly editing: Editing | null;
  readonly onEdit: (editing: Editing) => void;
  readonly onEditEnd: () => void;
}

/** The messages of a conversation, in one of four states: loading, failed, empty, loaded. */
export function TimelineView(props: TimelineViewProps) {
  const { conversation, channel, storageKey, atSeq } = props;
  const timeline = useTimeline(conversation);
  const me = useCurrentUser();
  const pageFocused = usePageFocused();
  const unreadAfter = useUnreadLine(channel, pageFocused);
  const [saved] = useState(() => restoreScroll(storageKey));
  const [scroll] = useState(() => new TimelineScroll());
  const { isPositioned, linked, toEnd } = useInitialPosition({
    conversation,
    channel,
    timeline,
    atSeq,
    savedPosition: saved?.savedPosition ?? null,
    scroll,
  });
  const follows = useReadable(scroll.follows);
  useMarkRead({ channel, timeline, isReading: isPositioned && follows && pageFocused });

  const { messages, moreBefore, moreAfter } = timeline;
  // Until the timeline is loaded it contains only pending messages, with more above them.
  const isLoaded = timeline.state === 'loaded';
  const rows = useMemo(
    () => buildRows({ messages, moreBefore: moreBefore || !isLoaded, moreAfter, unreadAfter, me: me.id }),
    [messages, moreBefore, isLoaded, moreAfter, unreadAfter, me.id],
  );
  useScrollToOwn(messages, toEnd);

  const isEmpty = messages.length === 0;
  return (
    <div className="relative min-h-0 flex-1">
      {isEmpty && <EmptyTimeline {...props} timeline={timeline} />}
      {!isEmpty && (
        <>
          <MessageList
            {...props}
            timeline={timeline}
            rows={rows}
            scroll={scroll}
            heights={saved?.heights ?? null}
            live={isPositioned && follows}
            isPositioned={isPositioned}
            linked={linked}
          />
          <DayChip scroll={scroll} />
        </>
      )}
      {!isEmpty && isPositioned && !follows && (
        <JumpPill messages={messages} moreAfter={moreAfter} scroll={scroll} me={me.id} onJump={toEnd} />
      )}
    </div>
  );
}

function EmptyTimeline(props: ConversationProps & { readonly timeline: Timeline }) {
  const { conversation, channel, timeline } = props;
  // A direct message without a channel has nothing to load.
  if (channel === null || timeline.state === 'loaded') return <TimelineStart {...props} empty />;
  return timeline.state === 'failed' ? <TimelineFailed conversation={conversation} /> : <TimelineSkeleton />;
}
