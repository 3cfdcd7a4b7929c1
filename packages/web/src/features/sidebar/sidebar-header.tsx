import { useStatus } from '@parley/react';
import { ChevronDown, Compass, Keyboard, LogOut, Settings, UserPlus, UserRound } from 'lucide-react';
import { openDialog } from '../../lib/dialogs.ts';
import { Avatar } from '../../ui/avatar.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { Menu } from '../../ui/menu.tsx';
import { isAdmin } from '../channels/names-and-permissions.ts';
import { signOut } from '../session/session.ts';
import { useCurrentUser } from '../session/use-current-user.ts';

/** The workspace's name, the current user and their connection state. Opens the workspace menu. */
export function SidebarHeader() {
  const me = useCurrentUser();
  const online = useStatus().name === 'online';
  return (
    <header className="h-(--header-height) shrink-0 px-2 pt-1.5">
      <Menu
        label="Workspace"
        entries={entries(isAdmin(me))}
        renderTrigger={(props) => (
          <button
            type="button"
            {...props}
            className="ring-inside flex w-full items-center gap-2.5 rounded-sm px-2 py-1 text-left transition-colors hover:bg-hover aria-expanded:bg-hover touch:min-h-11"
          >
            <Avatar id={me.id} name={me.name} size={32} online={online} />
            <span className="min-w-0 flex-1">
              <span className="block truncate text-message leading-5 font-semibold">Parley</span>
              <span className="block truncate text-small text-muted">{me.name}</span>
              <span className="sr-only">{online ? 'online' : 'offline'}</span>
            </span>
            <ChevronDown aria-hidden size={15} className="text-faint" />
          </button>
        )}
      />
    </header>
  );
}

function entries(admin: boolean): MenuEntry[] {
  const settings = { icon: <Settings size={16} />, label: 'Settings', keys: 'Mod+,' };
  return [
    {
      icon: <UserRound size={16} />,
      label: 'Profile',
      onSelect: () => openDialog({ name: 'settings', tab: 'profile' }),
    },
    { ...settings, onSelect: () => openDialog({ name: 'settings', tab: 'appearance' }) },
    '-',
    ...(admin
      ? [
          {
            icon: <UserPlus size={16} />,
            label: 'Invite people',
            onSelect: () => openDialog({ name: 'settings', tab: 'invites' }),
          },
        ]
      : []),
    { icon: <Compass size={16} />, label: 'Browse channels', onSelect: () => openDialog({ name: 'channel-browser' }) },
    {
      icon: <Keyboard size={16} />,
      label: 'Keyboard shortcuts',
      keys: 'Mod+/',
      onSelect: () => openDialog({ name: 'shortcuts' }),
    },
    '-',
    { icon: <LogOut size={16} />, label: 'Sign out', onSelect: () => void signOut() },
  ];
}
