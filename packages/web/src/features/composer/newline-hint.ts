import { createKeptStore } from '../../lib/persisted-store.ts';

const SHOWN_FOR_MESSAGES = 5;

/** How many more messages the hint for a line break is shown for. */
export const newlineHint = createKeptStore('newline-hint', (kept) =>
  typeof kept === 'number' && Number.isInteger(kept) && kept >= 0
    ? Math.min(kept, SHOWN_FOR_MESSAGES)
    : SHOWN_FOR_MESSAGES,
);

export function messageWasSent(): void {
  newlineHint.set(Math.max(0, newlineHint.get() - 1));
}

/** Whoever has found the key needs no hint. */
export function lineWasBroken(): void {
  newlineHint.set(0);
}
