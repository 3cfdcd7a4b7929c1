import type { TimelineMessage } from '@parley/client';
import type { ChannelId } from '@parley/protocol';
import { useParley } from '@parley/react';
import { Copy, Link, Pencil, SmilePlus, Trash2 } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useRef } from 'react';
import { routeOf } from '../../app/navigation.ts';
import { formatRoute } from '../../app/router.ts';
import { useMyself } from '../../app/use-myself.ts';
import { copyText } from '../../design/copy-text.ts';
import { IconButton } from '../../design/icon-button.tsx';
import { showToast } from '../../design/toast.ts';
import { EmojiPopover } from '../emoji/emoji-popover.tsx';
import type { Editing } from './open-channel.tsx';

const DeleteMessage = lazy(async () => ({ default: (await import('./delete-message.tsx')).DeleteMessage }));

interface MessageToolbarProps {
  readonly message: TimelineMessage;
  readonly channelId: ChannelId | null;
  readonly onEdit: (editing: Editing) => void;
  /** What it has opened; the row keeps the toolbar meanwhile. */
  readonly asking: Asking;
  readonly onAsk: (asking: Asking) => void;
}

/** An emoji to react with, or whether to delete. */
export type Asking = 'emoji' | 'deletion' | null;

/** What can be done with a message. Floats over the row, so that it shifts nothing; silent, so that it is not read out. */
export function MessageToolbar({ message, channelId, onEdit, asking, onAsk }: MessageToolbarProps) {
  const parley = useParley();
  const me = useMyself();
  const react = useRef<HTMLButtonElement>(null);
  const mine = message.by === me.id;
  const stored = message.state === 'sent' && channelId !== null;
  return (
    <div
      role="toolbar"
      aria-label="Message actions"
      aria-live="off"
      className="absolute -top-4 right-3 z-10 flex rounded-sm border border-line bg-raised p-0.5 shadow-float md:right-5"
    >
      {stored && (
        <IconButton
          ref={react}
          size="small"
          label="Add reaction"
          aria-expanded={asking === 'emoji'}
          icon={icon(<SmilePlus />)}
          onClick={() => onAsk(asking === 'emoji' ? null : 'emoji')}
        />
      )}
      {stored && mine && (
        <IconButton
          size="small"
          label="Edit"
          icon={icon(<Pencil />)}
          onClick={() => onEdit({ message: message.id, text: null })}
        />
      )}
      <IconButton
        size="small"
        label="Copy text"
        icon={icon(<Copy />)}
        onClick={() => void copy(message.body, 'Text copied')}
      />
      {stored && (
        <IconButton
          size="small"
          label="Copy link"
          icon={icon(<Link />)}
          onClick={() => void copy(linkOf(channelId, message), 'Link copied')}
        />
      )}
      {stored && mine && (
        <IconButton
          size="small"
          label="Delete"
          icon={icon(<Trash2 />)}
          onClick={({ shiftKey }) => (shiftKey ? parley.delete(channelId, message.id) : onAsk('deletion'))}
          className="hover:not-disabled:text-danger"
        />
      )}
      {asking === 'emoji' && stored && (
        <EmojiPopover
          anchor={react}
          onPick={(emoji) => parley.react(channelId, message.id, emoji)}
          onClose={() => onAsk(null)}
        />
      )}
      {asking === 'deletion' && channelId !== null && (
        <Suspense fallback={null}>
          <DeleteMessage message={message} channelId={channelId} onClosed={() => onAsk(null)} />
        </Suspense>
      )}
    </div>
  );
}

function icon(glyph: ReactNode): ReactNode {
  return <span className="*:size-4">{glyph}</span>;
}

async function copy(text: string, done: string): Promise<void> {
  showToast((await copyText(text)) ? done : "Couldn't copy that");
}

function linkOf(channel: ChannelId, { seq }: TimelineMessage): string {
  return location.origin + formatRoute(routeOf(channel, seq));
}
