import type { ChannelId } from '@parley/protocol';
import { createStore } from './store.ts';

export type SettingsTab = 'profile' | 'account' | 'sessions' | 'appearance' | 'notifications' | 'invites' | 'people';

/** The dialog on screen. */
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

/** Opens a dialog, replacing an open one. */
export const openDialog = (dialog: DialogState): void => dialogStore.set(dialog);
/** Removes the dialog without animation. A dialog that closes itself uses `useCloseDialog`, which animates. */
export const dismissDialog = (): void => dialogStore.set(null);
