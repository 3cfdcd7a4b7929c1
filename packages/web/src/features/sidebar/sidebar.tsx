import { useChannels, useParley, useReadable, useSelected } from '@parley/react';
import { Search, UserPlus } from 'lucide-react';
import { useRef } from 'react';
import { openDialog } from '../../lib/dialogs.ts';
import { classNames } from '../../ui/class-names.ts';
import { formatKeys } from '../../ui/key-names.ts';
import { isAdmin } from '../channels/names-and-permissions.ts';
import { useCurrentUser } from '../session/use-current-user.ts';
import { ChannelGroup } from './channel-group.tsx';
import { DirectGroup } from './direct-group.tsx';
import { unreadFirstStore } from './order-preference.ts';
import { groupChannels } from './order.ts';
import { ROW } from './row.tsx';
import { SidebarHeader } from './sidebar-header.tsx';
import { SidebarSkeleton } from './sidebar-skeleton.tsx';
import { UnreadEdges } from './unread-edges.tsx';

/** The left column: workspace menu, quick switcher, channels and direct messages. */
export function Sidebar() {
  const me = useCurrentUser();
  // All users are in #general, so an empty list means that the channels are not loaded yet.
  const known = useSelected(useParley().channels, (channels) => channels.length > 0);
  const list = useRef<HTMLDivElement>(null);
  return (
    <aside aria-label="Workspace" className="isolate flex h-full min-h-0 flex-col bg-sunken">
      <SidebarHeader />
      <div className="px-3 pt-1 pb-2 max-md:group-has-data-banner/page:pt-10">
        <SwitcherButton />
      </div>
      <div className="relative min-h-0 flex-1">
        <div
          ref={list}
          className="h-full overflow-y-auto overscroll-contain px-2 pb-[max(1rem,env(safe-area-inset-bottom))]"
        >
          {known ? <Groups /> : <SidebarSkeleton />}
          {known && isAdmin(me) && (
            <button
              type="button"
              onClick={() => openDialog({ name: 'settings', tab: 'invites' })}
              className={classNames(ROW, 'mt-3 w-full text-muted hover:text-ink')}
            >
              <UserPlus aria-hidden size={16} className="mx-0.5" />
              Invite people
            </button>
          )}
        </div>
        <UnreadEdges list={list} />
      </div>
    </aside>
  );
}

function Groups() {
  const { channels, directs } = groupChannels(useChannels(), useReadable(unreadFirstStore));
  return (
    <>
      <ChannelGroup channels={channels} />
      <DirectGroup channels={directs} />
    </>
  );
}

function SwitcherButton() {
  return (
    <button
      type="button"
      aria-keyshortcuts="Control+K Meta+K"
      onClick={() => openDialog({ name: 'switcher' })}
      className="flex h-8 w-full items-center gap-2 rounded-sm border border-line bg-paper px-2 text-secondary text-muted transition-colors hover:text-ink touch:h-11"
    >
      <Search aria-hidden size={15} />
      <span className="flex-1 text-left">Jump to…</span>
      <span aria-hidden className="text-small text-faint touch:hidden">
        {formatKeys('Mod+K')}
      </span>
    </button>
  );
}
