import { SkeletonMessages } from './timeline-skeleton.tsx';

/** Where the loaded messages end and more are on their way. */
export function TimelineEdge() {
  return (
    <div aria-hidden className="py-1">
      <SkeletonMessages count={3} />
    </div>
  );
}
