import { useLayoutEffect, useState } from 'react';
import type { TimelineRow } from '../rows.ts';
import { isPrepend, nextRows } from './row-transitions.ts';

interface RowTransition {
  readonly rows: readonly TimelineRow[];
  /** What changed is in front of the rows that stay: the list keeps its distance from the end. */
  readonly shift: boolean;
}

/** The rows for the virtual list, at most one end of which changes with each commit. All stages come before the next paint. */
export function useRowTransitions(rows: readonly TimelineRow[]): RowTransition {
  const [shown, setShown] = useState(rows);
  const next = nextRows(shown, rows);
  // A commit has to lie between two stages.
  // oxlint-disable-next-line react/set-state-in-effect
  useLayoutEffect(() => setShown(next), [next]);
  return { rows: next, shift: isPrepend(shown, next) };
}
