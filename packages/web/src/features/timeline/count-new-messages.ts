import type { TimelineMessage } from '@parley/client';
import type { UserId } from '@parley/protocol';

/** The number of messages of others after `seenSeq`. */
export function countNew(messages: readonly TimelineMessage[], seenSeq: number, me: UserId): number {
  let count = 0;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (message === undefined || (message.seq !== null && message.seq <= seenSeq)) break;
    if (message.seq !== null && message.by !== me && !message.deleted) count += 1;
  }
  return count;
}

/** The label of the jump button. In a detached window new messages are not counted. */
export function jumpText(count: number, detached: boolean): string {
  if (detached || count === 0) return 'Jump to latest';
  return count === 1 ? '1 new message' : `${count} new messages`;
}
