import { MAX_COUNTED_UNREAD, type ListedChannel } from '@parley/protocol';
import type { ChannelState } from '#ports/store.ts';

/**
 * The maximum number of messages behind the cursor that are scanned to count those of other users. Without it, a user who
 * writes millions of messages and never reads would make their own channel list slow. A user who wrote more than four in
 * five of the scanned messages gets a count that is too low.
 */
export const MAX_SCANNED_UNREAD = 5 * MAX_COUNTED_UNREAD;

export function listedChannel(channel: ChannelState, joined: boolean): ListedChannel {
  const { id, kind, name, topic, memberCount, dmMembers } = channel;
  return {
    id,
    kind,
    name,
    topic,
    memberCount,
    joined,
    ...(dmMembers === undefined ? {} : { members: [...dmMembers] }),
  };
}

/** The key by which a name is unique and sorted: `General` and `general` are the same name. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}
