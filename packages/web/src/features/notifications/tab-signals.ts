import { useChannels, useMe, useParley, useReadable, useUsers } from '@parley/react';
import { useEffect } from 'react';
import { useCurrentConversation } from '../channels/current-conversation.ts';
import { nameOf, titleOf } from '../channels/names-and-permissions.ts';
import { mutedStore } from '../muting/muted.ts';
import { personalUnread } from '../sidebar/unread.ts';
import { showTitle, tabTitle } from './tab-title.ts';

/**
 * Keeps the tab's title and icon up to date: the total of unread messages, and a dot for personal ones. A component of its
 * own without output, because it updates with every message and its parent does not have to.
 */
export function TabSignals(): null {
  const muted = useReadable(mutedStore);
  const channels = useChannels().filter(({ id }) => !muted.includes(id));
  const label = useConversationLabel();
  const unread = channels.reduce((sum, channel) => sum + channel.unread, 0);
  const dotted = channels.some((channel) => personalUnread(channel) > 0);

  useEffect(() => {
    showTitle(tabTitle(unread, label));
  }, [unread, label]);

  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon !== null) icon.href = dotted ? '/favicon-mention.svg' : '/favicon.svg';
  }, [dotted]);
  return null;
}

function useConversationLabel(): string | null {
  const parley = useParley();
  const conversation = useCurrentConversation();
  const users = useUsers();
  const me = useMe();
  if (conversation === null) return null;
  const channel = parley.channelOf(conversation);
  if (channel === null && !conversation.startsWith('to:')) return null;
  if (channel === null) return nameOf(conversation.slice('to:'.length), users, me);
  const title = titleOf(channel, users, me);
  return channel.kind === 'dm' ? title : `#${title}`;
}
