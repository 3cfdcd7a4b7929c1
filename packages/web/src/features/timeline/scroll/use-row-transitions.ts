import { useLayoutEffect, useState } from 'react';
import type { TimelineRow } from '../rows.ts';
import { isPrepend, nextRows } from './row-transitions.ts';

interface RowTransition {
  readonly rows: readonly TimelineRow[];
  /** The change is in front of the rows that stay: the list keeps its distance from the end. */
  readonly shift: boolean;
}

/** The rows for the virtual list, changing at most one end per commit. All steps happen before the next paint. */
export function useRowTransitions(rows: readonly TimelineRow[]): RowTransition {
  const [shown, setShown] = useState(rows);
  const next = nextRows(shown, rows);
  // Each step needs a commit of its own.
  // oxlint-disable-next-line react/set-state-in-effect
  useLayoutEffect(() => setShown(next), [next]);
  return { rows: next, shift: isPrepend(shown, next) };
}
