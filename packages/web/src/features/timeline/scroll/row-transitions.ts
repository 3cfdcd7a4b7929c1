import type { TimelineRow } from '../rows.ts';

/**
 * The next rows to show on the way from `shown` to `wanted`. The virtual list holds the reader's line when rows change in
 * front of the rest or behind it, but not both at once: then the front comes first, and `wanted` one step later.
 */
export function nextRows(shown: readonly TimelineRow[], wanted: readonly TimelineRow[]): readonly TimelineRow[] {
  if (!isFrontChanged(shown, wanted) || lastMessage(shown)?.key === lastMessage(wanted)?.key) return wanted;
  const overlap = findOverlap(shown, wanted);
  if (overlap === null) return wanted;
  return [...wanted.slice(0, overlap.inWanted), ...shown.slice(overlap.inShown)];
}

/** Rows were added or removed in front of those that are in both. */
export function isPrepend(shown: readonly TimelineRow[], next: readonly TimelineRow[]): boolean {
  return shown.length !== next.length && isFrontChanged(shown, next) && findOverlap(shown, next) !== null;
}

/** The first row is the start, which stays in front of all. */
function isFrontChanged(shown: readonly TimelineRow[], next: readonly TimelineRow[]): boolean {
  return shown[1]?.kind === 'message' && next[1]?.kind === 'message' && shown[1].key !== next[1].key;
}

function lastMessage(rows: readonly TimelineRow[]): TimelineRow | undefined {
  return rows.findLast(({ kind }) => kind === 'message');
}

/** The first message that is in both. */
function findOverlap(
  shown: readonly TimelineRow[],
  wanted: readonly TimelineRow[],
): { readonly inShown: number; readonly inWanted: number } | null {
  const first = shown[1]?.key;
  const inWanted = wanted.findIndex(({ key }) => key === first);
  if (inWanted !== -1) return { inShown: 1, inWanted };
  const inShown = shown.findIndex(({ key }) => key === wanted[1]?.key);
  return inShown === -1 ? null : { inShown, inWanted: 1 };
}
