import { useDelayed } from '../../lib/use-delayed.ts';
import { classNames } from '../../ui/class-names.ts';
import { Skeleton } from '../../ui/skeleton.tsx';

// Widths of typical names and lines.
const SHAPES = [
  ['w-24', ['w-3/4', 'w-1/2']],
  ['w-32', ['w-2/5']],
  ['w-20', ['w-11/12', 'w-4/5', 'w-1/3']],
  ['w-28', ['w-3/5']],
  ['w-24', ['w-2/3', 'w-1/4']],
  ['w-36', ['w-4/5']],
] as const;

/** Shown while messages load, after 200 ms. */
export function TimelineSkeleton() {
  const isSlow = useDelayed();
  return (
    <div className="flex h-full flex-1 flex-col justify-end overflow-hidden pb-2">
      <p className="sr-only">Loading messages…</p>
      {isSlow && <SkeletonMessages />}
    </div>
  );
}

export function SkeletonMessages({ count = SHAPES.length }: { readonly count?: number }) {
  return SHAPES.slice(0, count).map(([name, lines]) => (
    <div key={name + lines.join()} className="flex gap-3 px-3 py-2 md:px-5">
      <Skeleton className="size-9 rounded-md" />
      <div className="flex max-w-(--text-column) flex-1 flex-col gap-2 pt-1">
        <Skeleton className={classNames('h-3', name)} />
        {lines.map((width) => (
          <Skeleton key={width} className={classNames('h-3', width)} />
        ))}
      </div>
    </div>
  ));
}
