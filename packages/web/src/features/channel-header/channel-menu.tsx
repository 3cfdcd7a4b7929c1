import type { ChannelView } from '@parley/client';
import { useParley } from '@parley/react';
import { Bell, BellOff, CheckCheck, Ellipsis, Link, LogOut, Pencil, UserPlus, Users } from 'lucide-react';
import { openDialog } from '../../lib/dialogs.ts';
import { formatRoute } from '../../lib/router.ts';
import { panelStore } from '../../lib/side-panel.ts';
import { copyText } from '../../ui/copy-text.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { Menu } from '../../ui/menu.tsx';
import { showToast } from '../../ui/toast.ts';
import { isGeneral, canManage } from '../channels/names-and-permissions.ts';
import { toggleMuted, useIsMuted } from '../muting/muted.ts';
import { useCurrentUser } from '../session/use-current-user.ts';

/** The actions of a conversation. */
export function ChannelMenu({ channel }: { readonly channel: ChannelView }) {
  const parley = useParley();
  const canManageChannel = canManage(channel, useCurrentUser());
  const muted = useIsMuted(channel.id);
  const markRead: MenuEntry = {
    label: 'Mark as read',
    icon: <CheckCheck size={16} />,
    keys: 'Esc',
    disabled: channel.unread === 0,
    onSelect: () => parley.markRead(channel.id, channel.lastSeq),
  };
  const copy: MenuEntry = { label: 'Copy link', icon: <Link size={16} />, onSelect: () => void copyLink(channel) };
  const mute: MenuEntry = {
    label: muted ? 'Unmute' : 'Mute',
    icon: muted ? <Bell size={16} /> : <BellOff size={16} />,
    onSelect: () => toggleMuted(channel.id),
  };
  return (
    <Menu
      label="Channel actions"
      align="end"
      entries={
        channel.kind === 'dm'
          ? [markRead, mute, copy]
          : [...channelEntries(channel, canManageChannel), markRead, mute, copy, ...leaveEntries(channel)]
      }
      renderTrigger={(props) => <IconButton {...props} label="More actions" icon={<Ellipsis size={18} />} />}
    />
  );
}

function channelEntries(channel: ChannelView, canManageChannel: boolean): MenuEntry[] {
  const entries: MenuEntry[] = [
    { label: 'Members and topic', icon: <Users size={16} />, onSelect: () => panelStore.set(true) },
    {
      label: 'Add people',
      icon: <UserPlus size={16} />,
      onSelect: () => openDialog({ name: 'add-people', channel: channel.id }),
    },
  ];
  if (canManageChannel) {
    entries.push({
      label: 'Edit name and topic',
      icon: <Pencil size={16} />,
      onSelect: () => openDialog({ name: 'edit-channel', channel: channel.id }),
    });
  }
  return [...entries, '-'];
}

function leaveEntries(channel: ChannelView): MenuEntry[] {
  if (isGeneral(channel)) return [];
  return [
    '-',
    {
      label: 'Leave channel',
      icon: <LogOut size={16} />,
      tone: 'danger',
      onSelect: () => openDialog({ name: 'leave-channel', channel: channel.id }),
    },
  ];
}

async function copyLink(channel: ChannelView): Promise<void> {
  const link = location.origin + formatRoute({ name: 'channel', channel: channel.id, atSeq: null });
  if (await copyText(link)) showToast('Link copied');
  else showToast("Your browser doesn't allow copying", 'danger');
}
