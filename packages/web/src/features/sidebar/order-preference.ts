import { createPersistedStore } from '../../lib/persisted-store.ts';

/** Sorts unread channels to the top of their group. Off by default, because channels that never move are easier to find. */
export const unreadFirstStore = createPersistedStore('unread-first', (stored) => stored === true);
