import { SkeletonMessages } from './timeline-skeleton.tsx';

/** The end of the loaded messages, while more are loading. */
export function TimelineEdge() {
  return (
    <div aria-hidden className="py-1">
      <SkeletonMessages count={3} />
    </div>
  );
}
