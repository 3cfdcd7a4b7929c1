import type { ChannelView } from '@parley/client';
import { beforeEach, expect, test } from 'vitest';
import { testChannel } from '../../testing/channel-fixture.ts';
import { homeConversation, recentStore, recordConversation } from './recent-conversations.ts';

const channel = (id: string, name: string): ChannelView => testChannel(id, { name });
const channels = [channel('c1', 'design'), channel('c2', 'general'), channel('c3', 'ops')];

beforeEach(() => recentStore.set([]));

test('#general opens on the first visit', () => {
  expect(homeConversation(channels)).toBe('c2');
});

test('the last visited conversation that still exists opens on later visits', () => {
  recordConversation('c1');
  recordConversation('c3');
  recordConversation('gone');
  expect(homeConversation(channels)).toBe('c3');
});

test('no conversation opens before the channels are loaded', () => {
  expect(homeConversation([])).toBeNull();
});

test('recent conversations are unique, newest first and limited in number', () => {
  recordConversation('a');
  recordConversation('b');
  recordConversation('a');
  expect(recentStore.get()).toEqual(['a', 'b']);
  for (let n = 0; n < 100; n += 1) recordConversation(`c${n}`);
  expect(recentStore.get()).toHaveLength(40);
  expect(recentStore.get()[0]).toBe('c99');
});
