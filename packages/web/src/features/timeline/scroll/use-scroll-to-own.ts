import type { TimelineMessage } from '@parley/client';
import { useLayoutEffect, useRef } from 'react';

/** Goes to the end when the user sends something: one's own message is always worth seeing. */
export function useScrollToOwn(messages: readonly TimelineMessage[], toEnd: () => void): void {
  const last = messages.at(-1);
  // Only the user's own messages are ever pending.
  const sent = last?.state === 'pending' ? last.id : null;
  const seen = useRef(sent);
  useLayoutEffect(() => {
    if (sent !== null && sent !== seen.current) toEnd();
    seen.current = sent;
  }, [sent, toEnd]);
}
