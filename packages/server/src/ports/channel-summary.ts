import type { ChannelSummary } from '@parley/protocol';
import type { ChannelState } from './store.ts';

/** The part of a channel summary that depends on the member. */
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
    ...(dmMembers === undefined ? {} : { members: [...dmMembers] }),
    ...(createdBy === null ? {} : { createdBy }),
  };
}
