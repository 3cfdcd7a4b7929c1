import { createStore } from '../../lib/store.ts';

/** The invite created last in this window. Only the reply to its creation contains the link, so it is kept here. */
export const lastCreatedInvite = createStore<{ readonly id: string; readonly url: string } | null>(null);
