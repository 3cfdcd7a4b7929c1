import { createPersistedStore } from '../../lib/persisted-store.ts';

/** Enabled in this browser. The browser's own permission is separate. */
export const desktopStore = createPersistedStore('notify', (stored) => stored === true);

/** Plays a soft sound for direct messages and mentions while the tab is hidden. */
export const soundStore = createPersistedStore('sound', (stored) => stored !== false);

/** The browser's permission. `unsupported` in mobile browsers and without https. */
export function desktopPermission(): NotificationPermission | 'unsupported' {
  return typeof Notification === 'undefined' ? 'unsupported' : Notification.permission;
}

/** Enables notifications and asks the browser for permission if needed. Returns false when it is denied. */
export async function requestDesktopPermission(): Promise<boolean> {
  if (desktopPermission() === 'unsupported') return false;
  const permission = await Notification.requestPermission();
  desktopStore.set(permission === 'granted');
  return permission === 'granted';
}
