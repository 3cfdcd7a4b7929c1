import type { ChannelView } from '@parley/client';
import { useState } from 'react';

/**
 * The seq after which the "New messages" line stands, or null for no line. Starts at the read cursor when the conversation
 * is opened, and stays there. While the page has no focus, it moves to the first message the user has not seen.
 */
export function useUnreadLine(channel: ChannelView | null, pageFocused: boolean): number | null {
  const [after, setAfter] = useState(() => (channel !== null && channel.unread > 0 ? channel.readSeq : null));
  if (!pageFocused && channel !== null && channel.unread > 0 && channel.readSeq > (after ?? -1)) {
    setAfter(channel.readSeq);
    return channel.readSeq;
  }
  return after;
}
