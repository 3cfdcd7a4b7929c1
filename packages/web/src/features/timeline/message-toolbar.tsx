import type { TimelineMessage } from '@parley/client';
import type { ChannelId } from '@parley/protocol';
import { useParley } from '@parley/react';
import { Copy, Link, Pencil, SmilePlus, Trash2 } from 'lucide-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import { routeOf } from '../../lib/navigation.ts';
import { formatRoute } from '../../lib/router.ts';
import { copyText } from '../../ui/copy-text.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { showToast } from '../../ui/toast.ts';
import { useLazyModule } from '../../ui/use-lazy-module.ts';
import { EmojiPopover } from '../emoji/emoji-popover.tsx';
import { useCurrentUser } from '../session/use-current-user.ts';
import type { Editing } from './conversation-props.ts';
import type { DeleteMessageProps } from './delete-message.tsx';

/** The popover that the toolbar has opened. */
export type OpenPopover = 'emoji' | 'deletion' | null;

interface MessageToolbarProps {
  readonly message: TimelineMessage;
  /** Null until the direct message has a channel. */
  readonly channelId: ChannelId | null;
  readonly onEdit: (editing: Editing) => void;
  /** While it is not null, the row keeps the toolbar. */
  readonly popover: OpenPopover;
  readonly onPopover: (popover: OpenPopover) => void;
}

/** The actions of a message. Floats over the row, so that nothing moves, and is not announced. */
export function MessageToolbar({ channelId, ...props }: MessageToolbarProps) {
  const { message } = props;
  return (
    <div
      role="toolbar"
      aria-label="Message actions"
      aria-live="off"
      className="absolute -top-4 right-3 z-10 flex touch:-top-10 rounded-sm border border-line bg-raised p-0.5 shadow-float md:right-5"
    >
      {message.state === 'sent' && channelId !== null ? (
        <StoredActions {...props} channelId={channelId} />
      ) : (
        <CopyText message={message} />
      )}
    </div>
  );
}

type StoredProps = MessageToolbarProps & { readonly channelId: ChannelId };

function StoredActions({ message, channelId, onEdit, popover, onPopover }: StoredProps) {
  const mine = message.by === useCurrentUser().id;
  const react = useRef<HTMLButtonElement>(null);
  return (
    <>
      <IconButton
        ref={react}
        size="small"
        label="Add reaction"
        aria-expanded={popover === 'emoji'}
        icon={small(<SmilePlus />)}
        onClick={() => onPopover(popover === 'emoji' ? null : 'emoji')}
      />
      {mine && (
        <IconButton
          size="small"
          label="Edit"
          icon={small(<Pencil />)}
          onClick={() => onEdit({ message: message.id, text: null })}
        />
      )}
      <CopyText message={message} />
      <IconButton
        size="small"
        label="Copy link"
        icon={small(<Link />)}
        onClick={() => void copy(linkOf(channelId, message), 'Link copied')}
      />
      {mine && <Delete message={message} channelId={channelId} onPopover={onPopover} />}
      <ToolbarPopover message={message} channelId={channelId} popover={popover} onPopover={onPopover} anchor={react} />
    </>
  );
}

function CopyText({ message }: Pick<MessageToolbarProps, 'message'>) {
  return (
    <IconButton
      size="small"
      label="Copy text"
      icon={small(<Copy />)}
      onClick={() => void copy(message.body, 'Text copied')}
    />
  );
}

/** Asks for confirmation, unless Shift is held. */
function Delete({ message, channelId, onPopover }: Pick<StoredProps, 'message' | 'channelId' | 'onPopover'>) {
  const parley = useParley();
  return (
    <IconButton
      size="small"
      label="Delete"
      icon={small(<Trash2 />)}
      onClick={({ shiftKey }) => (shiftKey ? parley.delete(channelId, message.id) : onPopover('deletion'))}
      className="hover:not-disabled:text-danger"
    />
  );
}

interface ToolbarPopoverProps extends Pick<StoredProps, 'message' | 'channelId' | 'popover' | 'onPopover'> {
  readonly anchor: RefObject<HTMLButtonElement | null>;
}

function ToolbarPopover({ message, channelId, popover, onPopover, anchor }: ToolbarPopoverProps) {
  const parley = useParley();
  const close = (): void => onPopover(null);
  if (popover === 'emoji') {
    const react = (emoji: string): void => parley.react(channelId, message.id, emoji);
    return <EmojiPopover anchor={anchor} onPick={react} onClose={close} />;
  }
  if (popover === null) return null;
  return <DeletionDialog message={message} channelId={channelId} onClosed={close} />;
}

const loadDeletion = () => import('./delete-message.tsx');

function DeletionDialog(props: DeleteMessageProps) {
  const dialog = useLazyModule(loadDeletion, props.onClosed);
  return dialog === null ? null : <dialog.DeleteMessage {...props} />;
}

function small(icon: ReactNode): ReactNode {
  return <span className="*:size-4">{icon}</span>;
}

async function copy(text: string, done: string): Promise<void> {
  showToast((await copyText(text)) ? done : "Couldn't copy that");
}

function linkOf(channel: ChannelId, { seq }: TimelineMessage): string {
  return location.origin + formatRoute(routeOf(channel, seq));
}
