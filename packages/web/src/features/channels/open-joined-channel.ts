import type { ParleyClient } from '@parley/client';
import type { ChannelId } from '@parley/protocol';
import { openConversation } from '../../lib/navigation.ts';

const TIMEOUT_MS = 3_000;

/** Opens a channel the user has just created or joined over HTTP, once the connection is subscribed to it. */
export function openJoinedChannel(parley: ParleyClient, channel: ChannelId): void {
  if (parley.channelOf(channel) !== null) return openConversation(channel);
  const unsubscribe = parley.channels.subscribe(() => {
    if (parley.channelOf(channel) !== null) done();
  });
  const timer = setTimeout(() => done(), TIMEOUT_MS);
  const done = (): void => {
    clearTimeout(timer);
    unsubscribe();
    openConversation(channel);
  };
}
