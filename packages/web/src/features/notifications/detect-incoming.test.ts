import type { ChannelView } from '@parley/client';
import { expect, test } from 'vitest';
import { testChannel } from '../../testing/channel-fixture.ts';
import { detectIncoming, snapshotOf } from './detect-incoming.ts';

const channel = (id: string, more: Partial<ChannelView> = {}): ChannelView => testChannel(id, { lastSeq: 10, ...more });

const incoming = (before: ChannelView[], after: ChannelView[]): string[] =>
  detectIncoming(snapshotOf(before), after).map(({ id }) => id);

test('a mention is incoming, other channel messages are not', () => {
  const before = [channel('a', { unread: 1 })];
  expect(incoming(before, [channel('a', { unread: 2, lastSeq: 11 })])).toEqual([]);
  expect(incoming(before, [channel('a', { unread: 2, mentions: 1, lastSeq: 11 })])).toEqual(['a']);
});

test('every direct message is incoming, including the first one of a new channel', () => {
  const general = channel('general');
  const dm = channel('d', { kind: 'dm', unread: 1, lastSeq: 1 });
  expect(incoming([general], [general, dm])).toEqual(['d']);
  expect(incoming([general, dm], [general, { ...dm, unread: 2, lastSeq: 2 }])).toEqual(['d']);
});

test('messages unread at page load are not incoming', () => {
  expect(incoming([], [channel('d', { kind: 'dm', unread: 3 })])).toEqual([]);
});

test('a higher count without a new event is not incoming', () => {
  expect(incoming([channel('a')], [channel('a', { unread: 1, mentions: 1 })])).toEqual([]);
});

test('joining a channel with old mentions is not incoming', () => {
  expect(incoming([channel('a')], [channel('a'), channel('b', { unread: 5, mentions: 1 })])).toEqual([]);
});
