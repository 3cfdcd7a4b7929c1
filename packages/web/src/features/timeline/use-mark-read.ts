import type { ChannelView, Timeline } from '@parley/client';
import { useParley } from '@parley/react';
import { useEffect } from 'react';

interface ReadingOptions {
  readonly channel: ChannelView | null;
  readonly timeline: Timeline;
  /** The end of the log is in view, and somebody looks at it. */
  readonly reading: boolean;
}

/** Moves the read cursor to the last message while its reader has it in view. */
export function useMarkRead({ channel, timeline, reading }: ReadingOptions): void {
  const parley = useParley();
  const lastSeq = timeline.messages.findLast(({ seq }) => seq !== null)?.seq ?? 0;
  const id = channel?.id;
  const readSeq = channel?.readSeq ?? 0;
  const isAtEnd = timeline.state === 'loaded' && !timeline.moreAfter;
  useEffect(() => {
    if (reading && isAtEnd && id !== undefined && lastSeq > readSeq) parley.markRead(id, lastSeq);
  }, [parley, reading, isAtEnd, id, lastSeq, readSeq]);
}
