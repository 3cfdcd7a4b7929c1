import { Fragment, type ReactNode } from 'react';
import { useDelayed } from '../lib/use-delayed.ts';
import { classNames } from './class-names.ts';

/** A grey placeholder. Give it the size of the real element. */
export function Skeleton({ className }: { readonly className: string }) {
  return <span aria-hidden className={classNames('block animate-pulse rounded-sm bg-hover', className)} />;
}

/** Placeholder rows of a list, shown when loading takes longer than 200 ms. */
export function SkeletonRows({ count, children }: { readonly count: number; readonly children: ReactNode }) {
  const isSlow = useDelayed();
  return (
    <div className="min-h-24">
      <p className="sr-only">Loading…</p>
      {isSlow && Array.from({ length: count }, (_, index) => <Fragment key={index}>{children}</Fragment>)}
    </div>
  );
}
