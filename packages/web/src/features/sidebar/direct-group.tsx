import type { ChannelView } from '@parley/client';
import { useMe, useParley, useSelected } from '@parley/react';
import { Plus } from 'lucide-react';
import { memo } from 'react';
import { openDialog } from '../../lib/dialogs.ts';
import { useIsOnline } from '../../lib/use-online.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { useCurrentConversation } from '../channels/current-conversation.ts';
import { partnerOf, titleOf } from '../channels/names-and-permissions.ts';
import { useIsMuted } from '../muting/muted.ts';
import { Group, Row, ROW } from './row.tsx';
import { describeUnread } from './unread.ts';

export function DirectGroup({ channels }: { readonly channels: readonly ChannelView[] }) {
  const start = (): void => openDialog({ name: 'new-message' });
  return (
    <Group
      title="Direct messages"
      action={<IconButton size="small" label="Start a direct message" icon={<Plus size={16} />} onClick={start} />}
    >
      {channels.length === 0 ? (
        <button type="button" onClick={start} className={classNames(ROW, 'w-full text-muted hover:text-ink')}>
          <Plus aria-hidden size={16} className="mx-0.5" />
          Write to someone
        </button>
      ) : (
        <ul>
          {channels.map((channel) => (
            <DirectRow key={channel.id} channel={channel} />
          ))}
        </ul>
      )}
    </Group>
  );
}

const DirectRow = memo(function DirectRow({ channel }: { readonly channel: ChannelView }) {
  const me = useMe();
  const isOnline = useIsOnline();
  const current = useCurrentConversation();
  const partner = partnerOf(channel, me);
  const name = useSelected(useParley().users, (users) => titleOf(channel, users, me));
  const partnerOnline = isOnline(partner);
  const muted = useIsMuted(channel.id);
  const description = [partnerOnline ? 'Online' : undefined, muted ? 'Muted' : describeUnread(channel)].filter(
    (part) => part !== undefined,
  );
  return (
    <Row
      route={{ name: 'channel', channel: channel.id, atSeq: null }}
      name={name}
      icon={<Avatar id={partner ?? ''} name={name} size={20} online={partnerOnline} />}
      current={current === channel.id || current === `to:${partner ?? ''}`}
      unread={channel.unread > 0 && !muted}
      muted={muted}
      badge={muted ? 0 : channel.unread}
      description={description.length === 0 ? undefined : description.join(', ')}
    />
  );
});
