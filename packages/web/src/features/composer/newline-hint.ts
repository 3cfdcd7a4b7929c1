import { createPersistedStore } from '../../lib/persisted-store.ts';

const SHOWN_FOR_MESSAGES = 5;

/** How many more messages the hint for a line break is shown for. */
export const newlineHint = createPersistedStore('newline-hint', (kept) =>
  typeof kept === 'number' && Number.isInteger(kept) && kept >= 0
    ? Math.min(kept, SHOWN_FOR_MESSAGES)
    : SHOWN_FOR_MESSAGES,
);

export function noteSend(): void {
  newlineHint.set(Math.max(0, newlineHint.get() - 1));
}

/** Whoever has found the key needs no hint. */
export function noteNewline(): void {
  newlineHint.set(0);
}
