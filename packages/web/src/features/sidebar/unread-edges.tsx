import { ArrowDown, ArrowUp } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { classNames } from '../../ui/class-names.ts';

type Edge = 'above' | 'below';

/** Buttons at the edges of the sidebar that lead to unread rows out of view. */
export function UnreadEdges({ list }: { readonly list: RefObject<HTMLElement | null> }) {
  const [hidden, setHidden] = useState<readonly Edge[]>([]);

  useEffect(() => {
    const { current } = list;
    if (current === null) return;
    const measure = (): void => {
      const edges = (['above', 'below'] as const).filter((edge) => nearest(current, edge) !== undefined);
      setHidden((before) => (before.join() === edges.join() ? before : edges));
    };
    // Reports after layout, when measuring is cheap: once for each newly observed row, and whenever one enters or leaves
    // the view.
    const intersections = new IntersectionObserver(measure, { root: current });
    const observeRows = (): void => {
      intersections.disconnect();
      const rows = unreadRows(current);
      for (const row of rows) intersections.observe(row);
      if (rows.length === 0) measure();
    };
    observeRows();
    const resizes = new ResizeObserver(measure);
    resizes.observe(current);
    const mutations = new MutationObserver(observeRows);
    mutations.observe(current, { subtree: true, childList: true, attributeFilter: ['data-unread'] });
    current.addEventListener('scroll', measure, { passive: true });
    return () => {
      intersections.disconnect();
      resizes.disconnect();
      mutations.disconnect();
      current.removeEventListener('scroll', measure);
    };
  }, [list]);

  return hidden.map((edge) => (
    <button
      key={edge}
      type="button"
      onClick={() => list.current && nearest(list.current, edge)?.scrollIntoView({ block: 'center' })}
      className={classNames(
        'absolute left-1/2 z-1 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full bg-raised px-3 text-small font-medium text-accent shadow-float touch:h-11',
        edge === 'above' ? 'top-1' : 'bottom-3',
      )}
    >
      {edge === 'above' ? <ArrowUp aria-hidden size={13} /> : <ArrowDown aria-hidden size={13} />}
      Unread {edge}
    </button>
  ));
}

function unreadRows(list: HTMLElement): readonly HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[data-unread]')];
}

/** The unread row closest to an edge, beyond it. */
function nearest(list: HTMLElement, edge: Edge): HTMLElement | undefined {
  const rows = unreadRows(list);
  if (rows.length === 0) return undefined;
  const view = list.getBoundingClientRect();
  if (edge === 'above') return rows.findLast((row) => row.getBoundingClientRect().bottom <= view.top + 4);
  return rows.find((row) => row.getBoundingClientRect().top >= view.bottom - 4);
}
