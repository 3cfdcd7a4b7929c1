import { Tabs } from '@base-ui/react/tabs';
import { type ReactNode, useState } from 'react';
import type { SettingsTab } from '../../lib/dialogs.ts';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { isAdmin } from '../channels/names-and-permissions.ts';
import { Invites } from '../invites/invites.tsx';
import { useCurrentUser } from '../session/use-current-user.ts';
import { Account } from './account.tsx';
import { Appearance } from './appearance.tsx';
import { Notifications } from './notifications.tsx';
import { PeopleAdministration } from './people-administration.tsx';
import { Profile } from './profile.tsx';
import { Sessions } from './sessions.tsx';

interface Section {
  readonly tab: SettingsTab;
  readonly title: string;
  readonly lead: string;
  readonly content: ReactNode;
}

const PERSONAL_SECTIONS: readonly Section[] = [
  { tab: 'profile', title: 'Profile', lead: 'How others see you.', content: <Profile /> },
  { tab: 'account', title: 'Password', lead: 'Changing it signs you out everywhere else.', content: <Account /> },
  { tab: 'sessions', title: 'Sessions', lead: 'Where you are signed in.', content: <Sessions /> },
  { tab: 'appearance', title: 'Appearance', lead: 'For this browser.', content: <Appearance /> },
  { tab: 'notifications', title: 'Notifications', lead: 'For this browser.', content: <Notifications /> },
];

const SERVER_SECTIONS: readonly Section[] = [
  {
    tab: 'invites',
    title: 'Invites',
    lead: 'Anyone with a link can make an account while it is good.',
    content: <Invites />,
  },
  {
    tab: 'people',
    title: 'People',
    lead: 'Everyone with an account on this server.',
    content: <PeopleAdministration />,
  },
];

interface SettingsProps {
  readonly tab: SettingsTab;
  readonly onClosed: () => void;
}

/** The user's settings, and for admins those of the server. */
export function Settings({ tab, onClosed }: SettingsProps) {
  const admin = isAdmin(useCurrentUser());
  const [chosen, setChosen] = useState(tab);
  const sections = admin ? [...PERSONAL_SECTIONS, ...SERVER_SECTIONS] : PERSONAL_SECTIONS;
  return (
    <Dialog title="Settings" width="large" tall onClosed={onClosed}>
      <Tabs.Root
        value={chosen}
        onValueChange={(value: SettingsTab) => setChosen(value)}
        orientation="vertical"
        className="flex min-h-full gap-8 max-md:flex-col max-md:gap-3"
      >
        <Tabs.List
          aria-label="Settings"
          className="sticky top-0 flex w-40 shrink-0 flex-col gap-px self-start max-md:z-1 max-md:-mx-5 max-md:w-auto max-md:flex-row max-md:self-stretch max-md:overflow-x-auto max-md:border-b max-md:border-line max-md:bg-raised max-md:px-3 max-md:pb-2"
        >
          <SectionTabs sections={PERSONAL_SECTIONS} />
          {admin && <p className="px-2.5 pt-4 pb-1 text-small font-medium text-faint max-md:hidden">Server</p>}
          {admin && <SectionTabs sections={SERVER_SECTIONS} />}
        </Tabs.List>
        {sections.map(({ tab: value, title, lead, content }) => (
          <Tabs.Panel key={value} value={value} className="min-w-0 flex-1 pb-2">
            <h3 className="text-message font-semibold">{title}</h3>
            <p className="pb-4 text-secondary text-muted">{lead}</p>
            {content}
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </Dialog>
  );
}

function SectionTabs({ sections }: { readonly sections: readonly Section[] }) {
  return sections.map(({ tab, title }) => (
    <Tabs.Tab
      key={tab}
      value={tab}
      className={classNames(
        'ring-inside flex h-8 shrink-0 items-center rounded-sm px-2.5 text-left text-secondary text-muted transition-colors',
        'hover:bg-hover hover:text-ink data-active:bg-accent-soft data-active:font-medium data-active:text-ink touch:h-11',
      )}
    >
      {title}
    </Tabs.Tab>
  ));
}
