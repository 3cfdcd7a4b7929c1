import { useUsers } from '@parley/react';
import { UserPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { openDialog } from '../../lib/dialogs.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { ChannelIcon } from '../../ui/channel-icon.tsx';
import { classNames } from '../../ui/class-names.ts';
import { nameOf } from '../channels/names-and-permissions.ts';
import { useCurrentUser } from '../session/use-current-user.ts';
import type { ConversationProps } from './conversation-props.ts';

interface TimelineStartProps extends ConversationProps {
  /** There are no messages yet: it fills the whole view. */
  readonly empty?: boolean;
}

/** The start of the conversation, above the first message. */
export function TimelineStart({ empty = false, ...conversationProps }: TimelineStartProps) {
  const { conversation, channel } = conversationProps;
  const isDirect = channel === null || channel.kind === 'dm';
  return (
    <div className={classNames('flex flex-col justify-end px-3 pt-10 pb-4 md:px-5', empty && 'h-full')}>
      {isDirect ? (
        <DirectStart {...conversationProps} partner={channel?.others[0] ?? conversation.slice('to:'.length)} />
      ) : (
        <ChannelStart {...conversationProps} />
      )}
    </div>
  );
}

function DirectStart({ partner, name }: ConversationProps & { readonly partner: string }) {
  const me = useCurrentUser();
  const isNote = partner === me.id;
  return (
    <Start mark={<Avatar id={partner} name={name} size={64} />} title={name}>
      {isNote
        ? 'This is your own space, for notes and drafts. Nobody else can see it.'
        : `This is the start of your conversation with ${name}. Only the two of you can see it.`}
    </Start>
  );
}

function ChannelStart({ channel, name }: ConversationProps) {
  const users = useUsers();
  const me = useCurrentUser();
  if (channel === null) return null;
  const creator =
    channel.createdBy === null ? null : channel.createdBy === me.id ? 'you' : nameOf(channel.createdBy, users, null);
  return (
    <Start
      mark={
        <span className="flex size-12 items-center justify-center rounded-md bg-accent-soft text-accent">
          <ChannelIcon kind={channel.kind} size={24} />
        </span>
      }
      title={name}
      action={
        <Button
          size="small"
          icon={<UserPlus aria-hidden className="size-3.5" />}
          onClick={() => openDialog({ name: 'add-people', channel: channel.id })}
        >
          Add people
        </Button>
      }
    >
      This is the beginning of #{name}
      {creator === null ? '.' : `, a ${channel.kind} channel made by ${creator}.`} {channel.topic}
    </Start>
  );
}

interface StartProps {
  readonly mark: ReactNode;
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

function Start({ mark, title, action, children }: StartProps) {
  return (
    <div className="flex max-w-(--text-column) flex-col items-start gap-3">
      {mark}
      <div>
        <h2 dir="auto" className="text-title font-semibold wrap-anywhere">
          {title}
        </h2>
        <p className="mt-1 text-muted">{children}</p>
      </div>
      {action}
    </div>
  );
}
