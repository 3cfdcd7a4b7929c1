import type { ChannelId, UserId } from '@parley/protocol';
import { useUser } from '@parley/react';
import { memo, type PointerEvent, useState } from 'react';
import { Avatar } from '../../ui/avatar.tsx';
import { classNames } from '../../ui/class-names.ts';
import { useCurrentUser } from '../session/use-current-user.ts';
import type { Editing } from './conversation-props.ts';
import { DayLine } from './day-line.tsx';
import { MessageContent } from './message-content.tsx';
import { MessageTime } from './message-time.tsx';
import { type OpenPopover, MessageToolbar } from './message-toolbar.tsx';
import type { MessageRow } from './rows.ts';

interface MessageRowViewProps {
  readonly row: MessageRow;
  /** Null until the direct message has a channel. */
  readonly channelId: ChannelId | null;
  /** Tab can focus it. */
  readonly tabbable: boolean;
  /** A link points to it. */
  readonly linked: boolean;
  readonly editing: Editing | null;
  readonly onEdit: (editing: Editing) => void;
  readonly onEditEnd: () => void;
}

/** A message and the separators above it. */
export const MessageRowView = memo(function MessageRowView(props: MessageRowViewProps) {
  const { row, channelId, tabbable, linked, editing, onEdit } = props;
  const { message } = row;
  // The toolbar is rendered only for the pointer or the focus: forty of them would cost more than the messages.
  const [active, setActive] = useState(false);
  const [popover, setPopover] = useState<OpenPopover>(null);
  return (
    <div className={classNames(row.startsGroup && !row.startsDay && !row.startsUnread && 'pt-2.5')}>
      {row.startsDay && <DayLine at={message.at} />}
      {row.startsUnread && <UnreadLine />}
      {/* Arrow keys move between messages, and the pointer shows the toolbar. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <article
        data-message-id={message.id}
        data-state={message.state}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={tabbable ? 0 : -1}
        onPointerEnter={({ pointerType }) => setActive((before) => before || pointerType === 'mouse')}
        onPointerUp={focusByTap}
        onPointerLeave={({ currentTarget }) => setActive(currentTarget.contains(document.activeElement))}
        onFocus={() => setActive(true)}
        onBlur={({ currentTarget, relatedTarget }) => setActive(currentTarget.contains(relatedTarget))}
        className={classNames(
          'group/message ring-inside relative flex gap-3 px-3 py-0.5 md:px-5',
          editing === null ? 'hover:bg-hover focus-within:bg-hover' : 'bg-hover',
          popover !== null && 'bg-hover',
          linked && 'linked-message',
        )}
      >
        <Gutter row={row} />
        <div className="min-w-0 max-w-(--text-column) flex-1">
          <Author row={row} />
          <MessageContent {...props} />
        </div>
        {(active || popover !== null) && editing === null && !message.deleted && (
          <MessageToolbar
            message={message}
            channelId={channelId}
            onEdit={onEdit}
            popover={popover}
            onPopover={setPopover}
          />
        )}
      </article>
    </div>
  );
});

/** On touch screens a tap focuses the message, which shows the toolbar. */
function focusByTap({ pointerType, target, currentTarget }: PointerEvent<HTMLElement>): void {
  const isPlain = target instanceof Element && target.closest('a, button, textarea') === null;
  if (pointerType === 'touch' && isPlain) currentTarget.focus({ preventScroll: true });
}

/** The column to the left: the author's avatar, or the time. */
function Gutter({ row: { message, startsGroup } }: { readonly row: MessageRow }) {
  if (startsGroup) {
    return (
      <div className="w-9 shrink-0 pt-0.5">
        <AuthorAvatar id={message.by} />
      </div>
    );
  }
  return (
    <div className="w-9 shrink-0 text-right leading-(--text-message--line-height)">
      <MessageTime message={message} showOnHover />
    </div>
  );
}

function AuthorAvatar({ id }: { readonly id: UserId }) {
  return <Avatar id={id} name={useUser(id)?.name ?? '…'} />;
}

/** The author of the message. Follow-up messages name the author for screen readers only. */
function Author({ row: { message, startsGroup } }: { readonly row: MessageRow }) {
  const author = useUser(message.by);
  const me = useCurrentUser();
  const name = message.by === me.id ? me.name : (author?.name ?? '…');
  if (!startsGroup) return <span className="sr-only">{name}</span>;
  return (
    <div className="flex min-w-0 items-baseline gap-2">
      <span dir="auto" className="min-w-0 truncate font-semibold">
        {name}
      </span>
      <MessageTime message={message} />
    </div>
  );
}

function UnreadLine() {
  return (
    <div className="flex items-center gap-3 px-3 pt-2 pb-1 text-small font-semibold text-accent md:px-5">
      <span aria-hidden className="h-px flex-1 bg-accent" />
      New messages
    </div>
  );
}
