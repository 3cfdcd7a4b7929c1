import { useReadable } from '@parley/react';
import { formatDay } from '../../ui/time.ts';
import type { TimelineScroll } from './scroll/timeline-scroll.ts';
import { useToday } from './use-today.ts';

/** The day of the topmost message, floating above the list. Rows of a virtual list can't be sticky. */
export function DayChip({ scroll }: { readonly scroll: TimelineScroll }) {
  const at = useReadable(scroll.topDay);
  const today = useToday();
  if (at === null) return null;
  return (
    <div aria-hidden className="pointer-events-none absolute inset-x-0 top-2 flex justify-center">
      <span className="rounded-full border border-line bg-raised px-3 py-0.5 text-small font-medium text-muted">
        {formatDay(at, today)}
      </span>
    </div>
  );
}
