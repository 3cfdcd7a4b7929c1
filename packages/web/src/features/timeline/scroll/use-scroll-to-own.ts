import type { TimelineMessage } from '@parley/client';
import { useLayoutEffect, useRef } from 'react';

/** Scrolls to the end when the user sends a message, so that they see it. */
export function useScrollToOwn(messages: readonly TimelineMessage[], toEnd: () => void): void {
  const last = messages.at(-1);
  // Only the user's own messages can be pending.
  const sent = last?.state === 'pending' ? last.id : null;
  const seen = useRef(sent);
  useLayoutEffect(() => {
    if (sent !== null && sent !== seen.current) toEnd();
    seen.current = sent;
  }, [sent, toEnd]);
}
