import type { TimelineMessage } from '@parley/client';
import type { ChannelId, Reaction } from '@parley/protocol';
import { useParley, useUsers } from '@parley/react';
import { classNames } from '../../ui/class-names.ts';
import { tip } from '../../ui/tip.ts';
import { nameOf } from '../channels/names-and-permissions.ts';
import { useCurrentUser } from '../session/use-current-user.ts';
import { reactionText } from './reaction-text.ts';

interface ReactionsProps {
  readonly message: TimelineMessage;
  readonly channelId: ChannelId;
}

/** The reactions to a message. A click adds or removes the user's own. */
export function Reactions({ message, channelId }: ReactionsProps) {
  return (
    <div className="flex flex-wrap gap-1 pt-1 pb-0.5">
      {message.reactions.map((reaction) => (
        <ReactionButton key={reaction.emoji} reaction={reaction} message={message} channelId={channelId} />
      ))}
    </div>
  );
}

function ReactionButton({ reaction, message, channelId }: ReactionsProps & { readonly reaction: Reaction }) {
  const parley = useParley();
  const users = useUsers();
  const me = useCurrentUser();
  const mine = reaction.users.includes(me.id);
  const text = reactionText(
    reaction.users.map((id) => (id === me.id ? 'you' : nameOf(id, users, null))),
    reaction.emoji,
  );
  const toggle = (): void => {
    if (mine) parley.unreact(channelId, message.id, reaction.emoji);
    else parley.react(channelId, message.id, reaction.emoji);
  };
  return (
    <button
      type="button"
      aria-pressed={mine}
      aria-label={text}
      {...tip(text)}
      onClick={toggle}
      className={classNames(
        'tabular flex h-6 items-center gap-1 rounded-full border px-2 text-small transition-colors touch:h-9 touch:px-3',
        mine
          ? 'border-accent bg-accent-soft font-semibold text-accent'
          : 'border-line bg-raised text-muted hover:border-edge hover:text-ink',
      )}
    >
      <span className="text-secondary">{reaction.emoji}</span>
      {reaction.users.length}
    </button>
  );
}
