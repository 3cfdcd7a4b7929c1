import type { ChannelView } from '@parley/client';
import type { User } from '@parley/protocol';
import { useParley } from '@parley/react';
import { Ellipsis, MessageCircle, UserMinus } from 'lucide-react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { useIsOnline } from '../../lib/use-online.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { Menu } from '../../ui/menu.tsx';
import { showToast } from '../../ui/toast.ts';
import { isGeneral, canManage, openDirectMessage } from '../channels/names-and-permissions.ts';
import { PersonLine } from '../people/person-row.tsx';
import { useCurrentUser } from '../session/use-current-user.ts';

interface MemberRowProps {
  readonly channel: ChannelView;
  readonly member: User;
  readonly onRemoved: () => void;
}

export function MemberRow({ channel, member, onRemoved }: MemberRowProps) {
  const me = useCurrentUser();
  const parley = useParley();
  const isOnline = useIsOnline();
  const removable = canManage(channel, me) && !isGeneral(channel) && member.id !== me.id;

  const remove = async (): Promise<void> => {
    const result = await api.removeMember(channel.id, member.id);
    if (result.ok) onRemoved();
    else showToast(describeError(result.error), 'danger');
  };
  const entries: MenuEntry[] = [
    { label: 'Message', icon: <MessageCircle size={16} />, onSelect: () => openDirectMessage(parley, member.id) },
  ];
  if (removable) {
    entries.push('-', {
      label: `Remove from #${channel.name}`,
      icon: <UserMinus size={16} />,
      tone: 'danger',
      onSelect: () => void remove(),
    });
  }

  return (
    <li className="group flex items-center gap-1 rounded-sm pr-1 hover:bg-hover">
      <button
        type="button"
        onClick={() => openDirectMessage(parley, member.id)}
        className="ring-inside flex min-w-0 flex-1 items-center gap-2.5 rounded-sm px-2 py-1.5 text-left touch:min-h-11"
      >
        <PersonLine person={member} online={isOnline(member.id)} own={member.id === me.id} />
      </button>
      <Menu
        label={`Actions for ${member.name}`}
        align="end"
        entries={entries}
        renderTrigger={(props) => (
          <IconButton
            {...props}
            size="small"
            label={`More about ${member.name}`}
            icon={<Ellipsis size={16} />}
            className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100 aria-expanded:opacity-100 touch:opacity-100"
          />
        )}
      />
    </li>
  );
}
