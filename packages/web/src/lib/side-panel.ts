import { createPersistedStore } from './persisted-store.ts';

/** Beside the timeline, where there is room; else over it. The same bound as Tailwind's `lg`. */
export const isPanelBeside = (): boolean => matchMedia('(width >= 64rem)').matches;

/** Whether the panel at the right is open, for channels that have one. */
export const panelStore = createPersistedStore('panel', (stored) => stored === true && isPanelBeside());

export const togglePanel = (): void => panelStore.set(!panelStore.get());
export const closePanel = (): void => panelStore.set(false);
