import { type FocusEvent, type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { focusComposer } from '../../lib/composer-focus.ts';
import type { TimelineRow } from './rows.ts';
import type { TimelineScroll } from './scroll/timeline-scroll.ts';

interface RovingFocus {
  /** The message that Tab focuses. */
  readonly current: string | null;
  /** Rows that must stay in the document, because they have the focus. */
  readonly keepMounted: readonly number[];
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocus: (event: FocusEvent) => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };

/** Roving tabindex: Tab reaches one message, arrow keys move between messages, and Escape returns to the composer. */
export function useRovingFocus(
  rows: readonly TimelineRow[],
  scroll: TimelineScroll,
  list: RefObject<HTMLElement | null>,
): RovingFocus {
  const [chosen, setChosen] = useState<string | null>(null);
  const wantsFocus = useRef(false);
  const chosenIndex = chosen === null ? -1 : rows.findIndex(({ key }) => key === chosen);
  const index = chosenIndex === -1 ? rows.findLastIndex(({ kind }) => kind === 'message') : chosenIndex;
  const current = rows[index]?.key ?? null;

  useLayoutEffect(() => {
    if (!wantsFocus.current || current === null) return;
    const article = list.current?.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(current)}"]`);
    wantsFocus.current = false;
    article?.focus({ preventScroll: true });
  }, [current, list]);

  return {
    current,
    keepMounted: [index],
    onFocus: ({ target }) => {
      const id = target.closest<HTMLElement>('[data-message-id]')?.dataset['messageId'];
      if (id !== undefined) setChosen(id);
    },
    onKeyDown: (event) => {
      if (!(event.target instanceof HTMLElement) || event.target.dataset['messageId'] === undefined) return;
      if (event.key === 'Escape') {
        event.preventDefault();
        focusComposer();
      }
      const next = index + (STEPS[event.key] ?? 0);
      const row = rows[next];
      if (next === index || row?.kind !== 'message') return;
      event.preventDefault();
      wantsFocus.current = true;
      scroll.toRow(next, 'nearest');
      setChosen(row.key);
    },
  };
}
