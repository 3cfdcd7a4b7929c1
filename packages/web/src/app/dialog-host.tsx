import { useReadable } from '@parley/react';
import { Suspense } from 'react';
import { type DialogState, dialogStore, dismissDialog } from '../lib/dialogs.ts';
import { lazyWithRetry } from '../lib/lazy.ts';
import { showToast } from '../ui/toast.ts';
import { ErrorBoundary } from './error-boundary.tsx';

const QuickSwitcher = lazyWithRetry(
  async () => (await import('../features/quick-switcher/quick-switcher.tsx')).QuickSwitcher,
);
const ChannelBrowser = lazyWithRetry(
  async () => (await import('../features/channel-browser/channel-browser.tsx')).ChannelBrowser,
);
const CreateChannel = lazyWithRetry(
  async () => (await import('../features/channel-browser/create-channel.tsx')).CreateChannel,
);
const EditChannel = lazyWithRetry(
  async () => (await import('../features/channel-header/edit-channel.tsx')).EditChannel,
);
const LeaveChannel = lazyWithRetry(
  async () => (await import('../features/channel-header/leave-channel.tsx')).LeaveChannel,
);
const AddPeople = lazyWithRetry(async () => (await import('../features/members/add-people.tsx')).AddPeople);
const NewMessage = lazyWithRetry(async () => (await import('../features/people/new-message.tsx')).NewMessage);
const ShortcutsSheet = lazyWithRetry(
  async () => (await import('../features/shortcuts/shortcuts-sheet.tsx')).ShortcutsSheet,
);
const Settings = lazyWithRetry(async () => (await import('../features/settings/settings.tsx')).Settings);

/** Shows the open dialog, if any. */
export function DialogHost() {
  const dialog = useReadable(dialogStore);
  if (dialog === null) return null;
  return (
    <ErrorBoundary key={dialog.name} onCaught={closeFailedDialog}>
      <Suspense fallback={null}>
        <Content dialog={dialog} />
      </Suspense>
    </ErrorBoundary>
  );
}

/** A dialog whose file failed to load, or that threw, must not take the whole page down. */
function closeFailedDialog(): void {
  dismissDialog();
  showToast("That didn't open. Check your connection, or reload the page.", 'danger');
}

function Content({ dialog }: { readonly dialog: DialogState }) {
  // The dialog may have opened another one in its place, which must stay.
  const onClosed = (): void => {
    if (dialogStore.get() === dialog) dismissDialog();
  };
  switch (dialog.name) {
    case 'switcher':
      return <QuickSwitcher onClosed={onClosed} />;
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
