import { useReadable } from '@parley/react';
import { lazy, Suspense } from 'react';
import { showToast } from '../design/toast.ts';
import { type DialogState, dialogStore, dismissDialog } from './dialogs.ts';
import { ErrorBoundary } from './error-boundary.tsx';

const load = {
  switcher: () => import('../features/switcher/switcher.tsx'),
  browser: () => import('../features/channel-browser/channel-browser.tsx'),
  create: () => import('../features/channel-browser/create-channel.tsx'),
  edit: () => import('../features/channel-header/edit-channel.tsx'),
  leave: () => import('../features/channel-header/leave-channel.tsx'),
  add: () => import('../features/members/add-people.tsx'),
  message: () => import('../features/people/new-message.tsx'),
  shortcuts: () => import('../features/shortcuts/shortcuts-sheet.tsx'),
  settings: () => import('../features/settings/settings.tsx'),
};

const Switcher = lazy(async () => ({ default: (await load.switcher()).Switcher }));
const ChannelBrowser = lazy(async () => ({ default: (await load.browser()).ChannelBrowser }));
const CreateChannel = lazy(async () => ({ default: (await load.create()).CreateChannel }));
const EditChannel = lazy(async () => ({ default: (await load.edit()).EditChannel }));
const LeaveChannel = lazy(async () => ({ default: (await load.leave()).LeaveChannel }));
const AddPeople = lazy(async () => ({ default: (await load.add()).AddPeople }));
const NewMessage = lazy(async () => ({ default: (await load.message()).NewMessage }));
const ShortcutsSheet = lazy(async () => ({ default: (await load.shortcuts()).ShortcutsSheet }));
const Settings = lazy(async () => ({ default: (await load.settings()).Settings }));

export function preloadDialogs(): void {
  // The rest shares what weighs with the switcher: the dialog itself.
  void load.switcher();
  void load.settings();
}

/** Shows the one open dialog. */
export function DialogHost() {
  const dialog = useReadable(dialogStore);
  if (dialog === null) return null;
  return (
    <ErrorBoundary key={dialog.name} onCaught={giveUp}>
      <Suspense fallback={null}>
        <Content dialog={dialog} />
      </Suspense>
    </ErrorBoundary>
  );
}

/** Its file did not come, or it has a bug: neither may take the page along. */
function giveUp(): void {
  dismissDialog();
  showToast("That didn't open. Check your connection, or reload the page.", 'danger');
}

function Content({ dialog }: { readonly dialog: DialogState }) {
  // Only if it is still this one: a dialog may have opened another in its place.
  const onClosed = (): void => {
    if (dialogStore.get() === dialog) dismissDialog();
  };
  switch (dialog.name) {
    case 'switcher':
      return <Switcher onClosed={onClosed} />;
    case 'channel-browser':
      return <ChannelBrowser onClosed={onClosed} />;
    case 'create-channel':
      return <CreateChannel onClosed={onClosed} />;
    case 'edit-channel':
      return <EditChannel channel={dialog.channel} onClosed={onClosed} />;
    case 'leave-channel':
      return <LeaveChannel channel={dialog.channel} onClosed={onClosed} />;
    case 'add-people':
      return <AddPeople channel={dialog.channel} onClosed={onClosed} />;
    case 'new-message':
      return <NewMessage onClosed={onClosed} />;
    case 'shortcuts':
      return <ShortcutsSheet onClosed={onClosed} />;
    case 'settings':
      return <Settings tab={dialog.tab} onClosed={onClosed} />;
    default:
      return dialog satisfies never;
  }
}
