import { createPersistedStore } from './persisted-store.ts';

/** Whether the panel stands next to the timeline instead of covering it. The breakpoint is Tailwind's `lg`. */
export const isPanelBeside = (): boolean => matchMedia('(width >= 64rem)').matches;

/** Whether the panel to the right is open, for channels that have one. */
export const panelStore = createPersistedStore('panel', (stored) => stored === true && isPanelBeside());

export const togglePanel = (): void => panelStore.set(!panelStore.get());
export const closePanel = (): void => panelStore.set(false);
