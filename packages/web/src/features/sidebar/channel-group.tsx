import type { ChannelView } from '@parley/client';
import { Compass, Plus } from 'lucide-react';
import { memo } from 'react';
import { openDialog } from '../../lib/dialogs.ts';
import { ChannelIcon } from '../../ui/channel-icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { useCurrentConversation } from '../channels/current-conversation.ts';
import { useIsMuted } from '../muting/muted.ts';
import { Group, Row } from './row.tsx';
import { describeUnread } from './unread.ts';

export function ChannelGroup({ channels }: { readonly channels: readonly ChannelView[] }) {
  const current = useCurrentConversation();
  return (
    <Group title="Channels" action={<AddMenu />}>
      <ul>
        {channels.map((channel) => (
          <ChannelRow key={channel.id} channel={channel} current={current === channel.id} />
        ))}
      </ul>
    </Group>
  );
}

interface ChannelRowProps {
  readonly channel: ChannelView;
  readonly current: boolean;
}

const ChannelRow = memo(function ChannelRow({ channel, current }: ChannelRowProps) {
  const muted = useIsMuted(channel.id);
  return (
    <Row
      route={{ name: 'channel', channel: channel.id, atSeq: null }}
      name={channel.name}
      icon={<ChannelIcon kind={channel.kind} className="mx-0.5 text-faint" />}
      current={current}
      unread={channel.unread > 0 && !muted}
      muted={muted}
      badge={muted ? 0 : channel.mentions}
      description={muted ? 'Muted' : describeUnread(channel)}
    />
  );
});

function AddMenu() {
  return (
    <Menu
      label="Add channels"
      entries={[
        {
          label: 'Create a channel',
          icon: <Plus size={16} />,
          onSelect: () => openDialog({ name: 'create-channel' }),
        },
        {
          label: 'Browse channels',
          icon: <Compass size={16} />,
          onSelect: () => openDialog({ name: 'channel-browser' }),
        },
      ]}
      renderTrigger={(props) => <IconButton {...props} size="small" label="Add channels" icon={<Plus size={16} />} />}
    />
  );
}
