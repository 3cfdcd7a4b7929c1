import { lazyWithRetry } from '../lib/lazy.ts';

// What the first paint does without. The dialogs are in dialog-host.tsx.

// Beside the entry, not in it: signing in needs none of it. `main.tsx` asks for it at once.
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
