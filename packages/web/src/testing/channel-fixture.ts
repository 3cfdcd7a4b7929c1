import type { ChannelView } from '@parley/client';

/** A channel as tests of lists need one: quiet, unless they say more. */
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
