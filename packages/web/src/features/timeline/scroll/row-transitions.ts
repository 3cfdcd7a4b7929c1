import type { TimelineRow } from '../rows.ts';

/**
 * The next rows on the way from `shown` to `target`. The virtual list keeps the reading position when rows change at the
 * front or at the back, but not both at once. Then the front changes first, and `target` follows one step later.
 */
export function nextRows(shown: readonly TimelineRow[], target: readonly TimelineRow[]): readonly TimelineRow[] {
  if (!isFrontChanged(shown, target) || lastMessage(shown)?.key === lastMessage(target)?.key) return target;
  const overlap = findOverlap(shown, target);
  if (overlap === null) return target;
  return [...target.slice(0, overlap.inTarget), ...shown.slice(overlap.inShown)];
}

/** Whether rows were added or removed in front of rows that stay. */
export function isPrepend(shown: readonly TimelineRow[], next: readonly TimelineRow[]): boolean {
  return shown.length !== next.length && isFrontChanged(shown, next) && findOverlap(shown, next) !== null;
}

/** The first row is the start marker, which always stays in front. */
function isFrontChanged(shown: readonly TimelineRow[], next: readonly TimelineRow[]): boolean {
  return shown[1]?.kind === 'message' && next[1]?.kind === 'message' && shown[1].key !== next[1].key;
}

function lastMessage(rows: readonly TimelineRow[]): TimelineRow | undefined {
  return rows.findLast(({ kind }) => kind === 'message');
}

/** The first message that both have. */
function findOverlap(
  shown: readonly TimelineRow[],
  target: readonly TimelineRow[],
): { readonly inShown: number; readonly inTarget: number } | null {
  const first = shown[1]?.key;
  const inTarget = target.findIndex(({ key }) => key === first);
  if (inTarget !== -1) return { inShown: 1, inTarget };
  const inShown = shown.findIndex(({ key }) => key === target[1]?.key);
  return inShown === -1 ? null : { inShown, inTarget: 1 };
}
