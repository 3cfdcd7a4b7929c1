import type { ChannelView, ParleyClient, TimelineMessage } from '@parley/client';
import { useParley } from '@parley/react';
import { useEffect } from 'react';
import { openConversation } from '../../lib/navigation.ts';
import { titleOf } from '../channels/names-and-permissions.ts';
import { isMuted } from '../muting/muted.ts';
import { detectIncoming, snapshotOf } from './detect-incoming.ts';
import { desktopPermission, desktopStore, soundStore } from './preferences.ts';
import { playNotificationSound } from './sound.ts';

const MAX_BODY_CHARS = 160;
const READ_TIMEOUT_MS = 2_000;
/** How long one tab holds the lock for a message, so that the browser's other tabs stay silent. */
const LOCK_HOLD_MS = 3_000;

/** Notifies about direct messages and mentions while the page has no focus, and plays a sound while the tab is hidden. */
export function useNotifications(): void {
  const parley = useParley();
  useEffect(() => {
    let snapshots = snapshotOf(parley.channels.get());
    return parley.channels.subscribe(() => {
      const channels = parley.channels.get();
      const incoming = detectIncoming(snapshots, channels).filter(({ id }) => !isMuted(id));
      snapshots = snapshotOf(channels);
      if (document.visibilityState === 'visible' && document.hasFocus()) return;
      for (const channel of incoming) void inOneTab(channel, () => notify(parley, channel));
    });
  }, [parley]);
}

async function notify(parley: ParleyClient, channel: ChannelView): Promise<void> {
  if (soundStore.get() && document.visibilityState === 'hidden') void playNotificationSound();
  if (!desktopStore.get() || desktopPermission() !== 'granted') return;
  const users = parley.users.get();
  const message = await latestMessage(parley, channel);
  const author = message === null ? null : (users.get(message.by)?.name ?? null);
  const label = titleOf(channel, users, parley.me.get());
  const title = channel.kind === 'dm' ? label : `${author ?? 'New mention'} in #${label}`;
  const notification = new Notification(title, {
    body: message?.body.slice(0, MAX_BODY_CHARS) ?? 'New message',
    tag: channel.id, // Replaces the previous notification of the channel.
    icon: '/favicon.svg',
    silent: true,
  });
  notification.addEventListener('click', () => {
    window.focus();
    openConversation(channel.id);
    notification.close();
  });
}

/** The newest message, loaded if needed. Null after a timeout: a late notification is worse than one without text. */
async function latestMessage(parley: ParleyClient, channel: ChannelView): Promise<TimelineMessage | null> {
  const timeline = parley.timeline(channel.id);
  const latest = (): TimelineMessage | null =>
    timeline.get().messages.findLast(({ seq, deleted }) => seq === channel.lastSeq && !deleted) ?? null;
  parley.open(channel.id);
  if (latest() !== null) return latest();
  return new Promise((resolve) => {
    const unsubscribe = timeline.subscribe(() => latest() !== null && done());
    const timer = setTimeout(() => done(), READ_TIMEOUT_MS);
    const done = (): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve(latest());
    };
  });
}

async function inOneTab(channel: ChannelView, task: () => Promise<void>): Promise<void> {
  // Web Locks need a secure context. Without one, two tabs may both notify.
  if (!('locks' in navigator)) return task();
  const name = `parley.said.${channel.id}.${channel.lastSeq}`;
  await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    await task();
    await new Promise((resolve) => setTimeout(resolve, LOCK_HOLD_MS));
  });
}
