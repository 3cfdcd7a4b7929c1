import type { ChannelView } from '@parley/client';

/** A channel for tests without unread messages, unless overridden. */
export function testChannel(id: string, more: Partial<ChannelView> = {}): ChannelView {
  return {
    id,
    kind: 'public',
    name: id,
    topic: '',
    others: [],
    memberCount: 2,
    createdBy: null,
    lastSeq: 0,
    readSeq: 0,
    unread: 0,
    mentions: 0,
    lastActivityMs: 0,
    ...more,
  };
}
