import { createPersistedStore } from '../../lib/persisted-store.ts';

const HINT_MESSAGES = 5;

/** How many more messages the hint for a line break is shown for. */
export const newlineHint = createPersistedStore('newline-hint', (stored) =>
  typeof stored === 'number' && Number.isInteger(stored) && stored >= 0
    ? Math.min(stored, HINT_MESSAGES)
    : HINT_MESSAGES,
);

export function noteSend(): void {
  newlineHint.set(Math.max(0, newlineHint.get() - 1));
}

/** Whoever has found the key needs no hint. */
export function noteNewline(): void {
  newlineHint.set(0);
}
