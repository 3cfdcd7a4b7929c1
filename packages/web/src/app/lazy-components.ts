import { lazyWithRetry } from '../lib/lazy.ts';

// Components that the first paint does not need. The dialogs are in dialog-host.tsx.

// A chunk next to the entry, because the sign-in page does not need it. `main.tsx` starts to load it.
export const loadConversationView = async () =>
  (await import('../features/timeline/conversation.tsx')).ConversationView;

export const ConversationView = lazyWithRetry(loadConversationView);
export const MembersPanel = lazyWithRetry(
  async () => (await import('../features/members/members-panel.tsx')).MembersPanel,
);
export const MissingChannel = lazyWithRetry(
  async () => (await import('../features/channel-header/missing-channel.tsx')).MissingChannel,
);
export const DisconnectedDialog = lazyWithRetry(
  async () => (await import('../features/connection/disconnected-dialog.tsx')).DisconnectedDialog,
);
