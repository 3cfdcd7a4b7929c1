import { useDelayed } from '../../lib/use-delayed.ts';
import { Skeleton } from '../../ui/skeleton.tsx';

const WIDTHS = ['w-24', 'w-32', 'w-20', 'w-36', 'w-28', 'w-16'];

/** Shown until the channels are loaded. */
export function SidebarSkeleton() {
  const isSlow = useDelayed();
  return (
    <div className="pt-10">
      <p className="sr-only">Loading channels…</p>
      {isSlow &&
        WIDTHS.map((width) => (
          <div key={width} className="flex h-8 items-center gap-2 px-2">
            <Skeleton className="size-5" />
            <Skeleton className={`h-3.5 ${width}`} />
          </div>
        ))}
    </div>
  );
}
