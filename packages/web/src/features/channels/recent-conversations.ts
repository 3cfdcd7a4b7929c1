import type { ChannelView, Conversation } from '@parley/client';
import { createPersistedStore } from '../../lib/persisted-store.ts';
import { isGeneral } from './names-and-permissions.ts';

const MAX_RECENT = 40;

/** Visited conversations, latest first. Orders the quick switcher and decides where the page opens. */
export const recentStore = createPersistedStore<readonly Conversation[]>('recent', (stored) =>
  Array.isArray(stored) ? stored.filter((id): id is Conversation => typeof id === 'string') : [],
);

export function recordConversation(conversation: Conversation): void {
  const others = recentStore.get().filter((other) => other !== conversation);
  recentStore.set([conversation, ...others].slice(0, MAX_RECENT));
}

/** The conversation the page opens with: the last visited one that still exists, or else #general. */
export function homeConversation(channels: readonly ChannelView[]): Conversation | null {
  const last = recentStore.get().find((id) => channels.some((channel) => channel.id === id));
  return last ?? (channels.find(isGeneral) ?? channels[0])?.id ?? null;
}
