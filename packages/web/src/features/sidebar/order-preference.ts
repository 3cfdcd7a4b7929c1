import { createPersistedStore } from '../../lib/persisted-store.ts';

/** Unread channels on top of their group. Off: what never moves is found without looking. */
export const unreadFirstStore = createPersistedStore('unread-first', (stored) => stored === true);
