import { type ReactNode, useId } from 'react';
import { linkTo } from '../../lib/navigation.ts';
import type { Route } from '../../lib/router.ts';
import { classNames } from '../../ui/class-names.ts';
import { badgeText } from './unread.ts';

/** The style of every row of the sidebar. */
export const ROW =
  'ring-inside flex h-8 items-center gap-2 rounded-sm px-2 text-secondary transition-colors hover:bg-hover touch:h-11 touch:text-message';

interface RowProps {
  readonly route: Route;
  readonly name: string;
  readonly icon: ReactNode;
  readonly current: boolean;
  readonly unread: boolean;
  /** Dims the row. */
  readonly muted: boolean;
  /** The number in the badge. 0 renders none. */
  readonly badge: number;
  /** For screen readers, after the name: presence and unread counts. */
  readonly description: string | undefined;
}

/** A channel or direct message. The accessible name is the name alone, so that it does not change with the counts. */
export function Row({ route, name, icon, current, unread, muted, badge, description }: RowProps) {
  const id = useId();
  return (
    <li>
      <a
        {...linkTo(route)}
        aria-label={name}
        data-unread={unread || undefined}
        aria-current={current ? 'page' : undefined}
        aria-describedby={description === undefined ? undefined : id}
        className={classNames(
          ROW,
          current ? 'bg-accent-soft text-ink hover:bg-accent-soft' : colourOf({ unread, muted }),
          unread ? 'font-semibold' : current && 'font-medium',
        )}
      >
        {icon}
        <span className="min-w-0 flex-1 truncate">{name}</span>
        {badge > 0 && (
          <span
            aria-hidden
            className="tabular flex h-[1.125rem] min-w-[1.125rem] items-center justify-center rounded-full bg-accent px-1.5 text-[0.6875rem] leading-none font-semibold text-on-accent"
          >
            {badgeText(badge)}
          </span>
        )}
      </a>
      {description !== undefined && (
        <span id={id} hidden>
          {description}
        </span>
      )}
    </li>
  );
}

function colourOf({ unread, muted }: Pick<RowProps, 'unread' | 'muted'>): string {
  if (unread) return 'text-ink';
  return muted ? 'text-faint hover:text-ink' : 'text-muted hover:text-ink';
}

interface GroupProps {
  readonly title: string;
  readonly action: ReactNode;
  readonly children: ReactNode;
}

/** A titled list of rows, and a landmark of its own. */
export function Group({ title, action, children }: GroupProps) {
  const id = useId();
  return (
    <nav aria-labelledby={id} className="pt-3">
      <div className="flex h-7 items-center justify-between pr-1 pl-2 touch:h-11">
        <h2 id={id} className="text-small font-medium text-faint">
          {title}
        </h2>
        {action}
      </div>
      {children}
    </nav>
  );
}
