import type { ChannelId } from '@parley/protocol';
import { useSelected } from '@parley/react';
import { createPersistedStore } from '../../lib/persisted-store.ts';

/** Muted conversations in this browser: dimmed, without counts, notifications or sounds. */
export const mutedStore = createPersistedStore<readonly ChannelId[]>('muted', (stored) =>
  Array.isArray(stored) ? stored.filter((id): id is ChannelId => typeof id === 'string') : [],
);

export const isMuted = (channel: ChannelId): boolean => mutedStore.get().includes(channel);

export const useIsMuted = (channel: ChannelId): boolean => useSelected(mutedStore, (muted) => muted.includes(channel));

export function toggleMuted(channel: ChannelId): void {
  const others = mutedStore.get().filter((id) => id !== channel);
  mutedStore.set(isMuted(channel) ? others : [...others, channel]);
}
