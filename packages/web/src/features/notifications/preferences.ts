import { createPersistedStore } from '../../lib/persisted-store.ts';

/** Wanted in this browser; the browser's own permission is asked separately. */
export const desktopStore = createPersistedStore('notify', (stored) => stored === true);

/** A soft sound for direct messages and mentions while the tab is hidden. */
export const soundStore = createPersistedStore('sound', (stored) => stored !== false);

/** Whether notifications would appear; `unsupported` on phones' browsers and without https. */
export function desktopPermission(): NotificationPermission | 'unsupported' {
  return typeof Notification === 'undefined' ? 'unsupported' : Notification.permission;
}

/** Turns them on, asking the browser if need be. False when it says no. */
export async function requestDesktopPermission(): Promise<boolean> {
  if (desktopPermission() === 'unsupported') return false;
  const permission = await Notification.requestPermission();
  desktopStore.set(permission === 'granted');
  return permission === 'granted';
}
