import type { ChannelView as Channel, Conversation } from '@parley/client';
import type { User } from '@parley/protocol';
import { useChannel, useMe, useParley, useSelected } from '@parley/react';
import { titleOf } from '../channels/names-and-permissions.ts';
import { OpenChannel } from './open-channel.tsx';
import { TimelineSkeleton } from './timeline-skeleton.tsx';

interface ChannelViewProps {
  readonly conversation: Conversation;
  /** The message that a link points to; null to come in where there is something to read. */
  readonly atSeq: number | null;
}

/** Everything below the header of a channel: its messages, what failed, the composer and who types. */
export function ChannelView({ conversation, atSeq }: ChannelViewProps) {
  const me = useMe();
  const channel = useChannel(conversation);
  const name = useSelected(useParley().users, (users) => {
    return channel === null ? (users.get(conversation.slice('to:'.length))?.name ?? '…') : titleOf(channel, users, me);
  });
  if (me === null || (channel === null && !conversation.startsWith('to:'))) return <TimelineSkeleton />;
  const partner = channel === null ? conversation.slice('to:'.length) : directPartner(channel, me);
  return (
    <OpenChannel
      // A direct message stays the same view when its first message makes the channel.
      key={partner === null ? conversation : `to:${partner}`}
      storageKey={partner === null ? conversation : `to:${partner}`}
      conversation={conversation}
      channel={channel}
      name={name}
      label={partner === null ? `#${name}` : name}
      atSeq={atSeq}
    />
  );
}

function directPartner(channel: Channel, me: User): string | null {
  return channel.kind === 'dm' ? (channel.others[0] ?? me.id) : null;
}
