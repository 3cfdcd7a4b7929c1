import type { TimelineMessage } from '@parley/client';
import { Clock3 } from 'lucide-react';
import { classNames } from '../../ui/class-names.ts';
import { formatClock, formatFull } from '../../ui/time.ts';
import { tip } from '../../ui/tip.ts';

interface MessageTimeProps {
  readonly message: TimelineMessage;
  /** Visible only while the message has the pointer or the focus. */
  readonly showOnHover?: boolean;
}

/** The time of the message. A clock icon takes its place, without moving anything, when sending takes long. */
export function MessageTime({ message, showOnHover = false }: MessageTimeProps) {
  const pending = message.state === 'pending';
  return (
    <span className="relative inline-block shrink-0 text-small text-faint tabular">
      <time
        dateTime={new Date(message.at).toISOString()}
        {...tip(formatFull(message.at))}
        className={classNames(
          showOnHover && 'opacity-0 group-focus-within/message:opacity-100 group-hover/message:opacity-100',
        )}
      >
        <span aria-hidden className={classNames(pending && 'pending-time')}>
          {formatClock(message.at)}
        </span>
        <span className="sr-only">{pending ? 'sending' : formatFull(message.at)}</span>
      </time>
      {pending && (
        <Clock3
          aria-hidden
          className={classNames('pending-clock absolute inset-y-0 my-auto size-3', showOnHover ? 'right-0' : 'left-0')}
        />
      )}
    </span>
  );
}
