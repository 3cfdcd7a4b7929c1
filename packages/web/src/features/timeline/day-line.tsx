import { formatDay } from '../../ui/time.ts';
import { useToday } from './use-today.ts';

/** Separates two days. */
export function DayLine({ at }: { readonly at: number }) {
  return (
    <div className="flex items-center gap-3 px-3 py-3 text-small font-medium text-muted md:px-5">
      <span aria-hidden className="h-px flex-1 bg-line" />
      {formatDay(at, useToday())}
      <span aria-hidden className="h-px flex-1 bg-line" />
    </div>
  );
}
