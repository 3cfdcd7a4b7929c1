import type { ChannelView } from '@parley/client';
import { useState } from 'react';

/**
 * The seq behind which the "New messages" line stands; null for no line. It is drawn where reading had got to when the
 * conversation was opened, and stays. While the reader is away it moves to what they come back to.
 */
export function useUnreadLine(channel: ChannelView | null, pageFocused: boolean): number | null {
  const [after, setAfter] = useState(() => (channel !== null && channel.unread > 0 ? channel.readSeq : null));
  if (!pageFocused && channel !== null && channel.unread > 0 && channel.readSeq > (after ?? -1)) {
    setAfter(channel.readSeq);
    return channel.readSeq;
  }
  return after;
}
