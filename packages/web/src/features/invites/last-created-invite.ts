import { createStore } from '../../lib/store.ts';

/** The link made last in this window. The server tells it once, so it is kept until the window goes. */
export const lastCreatedInvite = createStore<{ readonly id: string; readonly url: string } | null>(null);
