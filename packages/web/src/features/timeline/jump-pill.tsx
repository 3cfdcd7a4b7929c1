import type { TimelineMessage } from '@parley/client';
import type { UserId } from '@parley/protocol';
import { useReadable } from '@parley/react';
import { ArrowDown } from 'lucide-react';
import { useDelayed } from '../../lib/use-delayed.ts';
import { classNames } from '../../ui/class-names.ts';
import { countNew, jumpText } from './count-new-messages.ts';
import type { TimelineScroll } from './scroll/timeline-scroll.ts';

const SHOW_DELAY_MS = 150;

interface JumpPillProps {
  readonly messages: readonly TimelineMessage[];
  readonly moreAfter: boolean;
  readonly scroll: TimelineScroll;
  readonly me: UserId;
  readonly onJump: () => void;
}

/** Jumps to the latest message while the user reads further up. Shows the number of new messages. */
export function JumpPill({ messages, moreAfter, scroll, me, onJump }: JumpPillProps) {
  const seenSeq = useReadable(scroll.seenSeq);
  // Delayed, because the position is known one frame later: a channel that opens at its end must not flash the button.
  const isShown = useDelayed(SHOW_DELAY_MS);
  if (!isShown) return null;
  const count = moreAfter ? 0 : countNew(messages, seenSeq, me);
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
      <button
        type="button"
        onClick={onJump}
        className={classNames(
          'pointer-events-auto flex h-8 items-center gap-1.5 rounded-full px-3.5 text-secondary font-medium shadow-float transition-colors touch:h-11',
          count > 0 ? 'bg-accent text-on-accent hover:bg-accent-strong' : 'bg-raised text-muted hover:text-ink',
        )}
      >
        <ArrowDown aria-hidden className="size-3.5" />
        {jumpText(count, moreAfter)}
      </button>
    </div>
  );
}
