import type { ChannelView, Timeline } from '@parley/client';
import { useParley } from '@parley/react';
import { useEffect } from 'react';

interface MarkReadOptions {
  readonly channel: ChannelView | null;
  readonly timeline: Timeline;
  /** The end of the log is in view, and the page has the focus. */
  readonly isReading: boolean;
}

/** Moves the read cursor to the last message while it is in view. */
export function useMarkRead({ channel, timeline, isReading }: MarkReadOptions): void {
  const parley = useParley();
  const lastSeq = timeline.messages.findLast(({ seq }) => seq !== null)?.seq ?? 0;
  const id = channel?.id;
  const readSeq = channel?.readSeq ?? 0;
  const isAtEnd = timeline.state === 'loaded' && !timeline.moreAfter;
  useEffect(() => {
    if (isReading && isAtEnd && id !== undefined && lastSeq > readSeq) parley.markRead(id, lastSeq);
  }, [parley, isReading, isAtEnd, id, lastSeq, readSeq]);
}
