import type { ChannelView, Conversation } from '@parley/client';
import { useChannel, useReadable, useUsers } from '@parley/react';
import { ArrowLeft, Users } from 'lucide-react';
import { backToSidebar } from '../../lib/navigation.ts';
import { panelStore, togglePanel } from '../../lib/side-panel.ts';
import { useIsOnline } from '../../lib/use-online.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { ChannelIcon } from '../../ui/channel-icon.tsx';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { tip } from '../../ui/tip.ts';
import { nameOf, partnerOf } from '../channels/names-and-permissions.ts';
import { useCurrentUser } from '../session/use-current-user.ts';
import { ChannelMenu } from './channel-menu.tsx';

/** The channel's name, its topic and its actions. */
export function ChannelHeader({ conversation }: { readonly conversation: Conversation }) {
  const channel = useChannel(conversation);
  return (
    <header className="flex h-(--header-height) shrink-0 items-center gap-2 border-b border-line pr-2 pl-5 max-md:pl-1">
      <IconButton
        label="Back to channels"
        icon={<ArrowLeft size={20} />}
        onClick={backToSidebar}
        className="md:hidden"
      />
      {channel !== null && channel.kind !== 'dm' && <ChannelTitle channel={channel} />}
      {(channel?.kind === 'dm' || conversation.startsWith('to:')) && (
        <DirectTitle conversation={conversation} channel={channel} />
      )}
      <div className="ml-auto flex shrink-0 items-center gap-1">
        {channel !== null && channel.kind !== 'dm' && <MembersButton channel={channel} />}
        {channel !== null && <ChannelMenu channel={channel} />}
      </div>
    </header>
  );
}

function ChannelTitle({ channel }: { readonly channel: ChannelView }) {
  return (
    <div className="flex min-w-0 flex-1 items-center gap-3">
      <h1 className="flex max-w-[60%] shrink-0 items-center gap-1.5 text-message font-semibold max-md:max-w-full">
        <ChannelIcon kind={channel.kind} size={17} className="text-faint" />
        <span className="truncate">{channel.name}</span>
      </h1>
      {channel.topic !== '' && (
        <button
          type="button"
          onClick={() => panelStore.set(true)}
          {...tip('Read all')}
          className="min-w-0 truncate rounded-sm text-secondary text-muted transition-colors hover:text-ink max-md:hidden"
        >
          {channel.topic}
        </button>
      )}
    </div>
  );
}

function DirectTitle({ conversation, channel }: { conversation: Conversation; channel: ChannelView | null }) {
  const me = useCurrentUser();
  const users = useUsers();
  const isOnline = useIsOnline();
  const partner = channel === null ? conversation.slice('to:'.length) : (partnerOf(channel, me) ?? '');
  const name = nameOf(partner, users, me);
  const handle = partner === me.id ? me.handle : users.get(partner)?.handle;
  return (
    <div className="flex min-w-0 items-center gap-2.5">
      <Avatar id={partner} name={name} size={24} online={isOnline(partner)} />
      <h1 className="truncate text-message font-semibold">{name}</h1>
      {handle !== undefined && <span className="truncate text-secondary text-muted max-md:hidden">@{handle}</span>}
    </div>
  );
}

function MembersButton({ channel }: { readonly channel: ChannelView }) {
  const open = useReadable(panelStore);
  const label = `${channel.memberCount} ${channel.memberCount === 1 ? 'member' : 'members'}`;
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={open}
      {...tip('Members and topic')}
      onClick={togglePanel}
      className={classNames(
        'flex h-8 items-center gap-1.5 rounded-sm px-2 text-secondary transition-colors hover:bg-hover hover:text-ink touch:h-11 touch:px-3',
        open ? 'bg-hover text-ink' : 'text-muted',
      )}
    >
      <Users aria-hidden size={16} />
      <span className="tabular">{channel.memberCount}</span>
    </button>
  );
}
