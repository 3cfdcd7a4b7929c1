import { MAX_COUNTED_UNREAD, type ChannelSummary, type ListedChannel } from '@parley/protocol';
import type { ChannelState } from '#ports/store.ts';

/**
 * Messages behind the cursor that are looked at to count those of others: or else somebody who writes millions without
 * reading would make each look at their channels slow. Whoever wrote more than four in five of them sees too low a count.
 */
export const MAX_SCANNED_UNREAD = 5 * MAX_COUNTED_UNREAD;

/** What of a channel depends on who looks. */
export interface Reading {
  readonly readSeq: number;
  readonly unread: number;
  readonly mentions: number;
}

/** A channel as one of its members sees it. */
export function channelSummary(channel: ChannelState, { readSeq, unread, mentions }: Reading): ChannelSummary {
  const { id, kind, name, topic, lastSeq, memberCount, createdBy, dmMembers } = channel;
  return {
    id,
    kind,
    name,
    topic,
    lastSeq,
    readSeq,
    unread,
    mentions,
    memberCount,
    ...(createdBy === null ? {} : { createdBy }),
    ...(dmMembers === undefined ? {} : { members: [...dmMembers] }),
  };
}

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

/** Under which a name is unique and sorted: `General` and `general` are one name. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}
