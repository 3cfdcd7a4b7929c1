import { createPersistedStore } from '../../lib/persisted-store.ts';

const HINT_MESSAGES = 5;

/** The number of messages for which the line break hint is still shown. */
export const newlineHint = createPersistedStore('newline-hint', (stored) =>
  typeof stored === 'number' && Number.isInteger(stored) && stored >= 0
    ? Math.min(stored, HINT_MESSAGES)
    : HINT_MESSAGES,
);

export function noteSend(): void {
  newlineHint.set(Math.max(0, newlineHint.get() - 1));
}

/** A user who knows the shortcut needs no hint. */
export function noteNewline(): void {
  newlineHint.set(0);
}
