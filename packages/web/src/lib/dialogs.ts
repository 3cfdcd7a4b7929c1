import type { ChannelId } from '@parley/protocol';
import { createStore } from './store.ts';

export type SettingsTab = 'profile' | 'account' | 'sessions' | 'appearance' | 'notifications' | 'invites' | 'people';

/** The one dialog on screen. */
export type DialogState =
  | { readonly name: 'switcher' }
  | { readonly name: 'channel-browser' }
  | { readonly name: 'create-channel' }
  | { readonly name: 'edit-channel'; readonly channel: ChannelId }
  | { readonly name: 'leave-channel'; readonly channel: ChannelId }
  | { readonly name: 'add-people'; readonly channel: ChannelId }
  | { readonly name: 'new-message' }
  | { readonly name: 'shortcuts' }
  | { readonly name: 'settings'; readonly tab: SettingsTab };

export const dialogStore = createStore<DialogState | null>(null);

/** Opens a dialog, in place of one that is open. */
export const openDialog = (dialog: DialogState): void => dialogStore.set(dialog);
/** Takes the dialog away at once; a dialog that closes itself uses `useCloseDialog`, which lets it go out softly. */
export const dismissDialog = (): void => dialogStore.set(null);
