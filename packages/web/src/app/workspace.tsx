import type { Conversation } from '@parley/client';
import { useParley, useReadable, useSelected } from '@parley/react';
import { Suspense, useEffect } from 'react';
import { homeConversation, recordConversation } from '../features/channels/recent-conversations.ts';
import { Banner } from '../features/connection/banner.tsx';
import { useStopReason } from '../features/connection/use-stop-reason.ts';
import { TabSignals } from '../features/notifications/tab-signals.ts';
import { useNotifications } from '../features/notifications/use-notifications.ts';
import { useShortcuts } from '../features/shortcuts/use-shortcuts.ts';
import { Sidebar } from '../features/sidebar/sidebar.tsx';
import { focusComposer } from '../lib/composer-focus.ts';
import { conversationOf, navigate, routeOf, useRoute } from '../lib/navigation.ts';
import { closePanel, isPanelBeside, panelStore } from '../lib/side-panel.ts';
import { useExitDelay } from '../lib/use-exit-delay.ts';
import { useNarrow } from '../lib/use-media.ts';
import { classNames } from '../ui/class-names.ts';
import { ConversationArea } from './conversation-area.tsx';
import { DialogHost } from './dialog-host.tsx';
import { MembersPanel, DisconnectedDialog } from './lazy-components.ts';
import { preloadWhenIdle } from './preload.ts';

const SLIDE_MS = 180;

/** The page of a signed-in user: sidebar, conversation, panel, and the layers above them. */
export function Workspace() {
  const route = useRoute();
  const conversation = conversationOf(route);
  useHomeConversation(conversation);
  useEffect(() => {
    if (conversation === null) return;
    recordConversation(conversation);
    // A panel that covers the timeline belongs to the previous channel.
    if (!isPanelBeside()) closePanel();
  }, [conversation]);
  useShortcuts();
  useNotifications();
  useEffect(preloadWhenIdle, []);
  const stopReason = useStopReason();
  return (
    <>
      <div inert={stopReason !== null} className="group/page relative flex h-full overflow-hidden bg-paper">
        <button type="button" onClick={focusComposer} className={SKIP_LINK}>
          Skip to the message box
        </button>
        <Columns conversation={conversation} atSeq={route.name === 'channel' ? route.atSeq : null} />
      </div>
      <Suspense fallback={null}>{stopReason !== null && <DisconnectedDialog reason={stopReason} />}</Suspense>
      <DialogHost />
      <TabSignals />
    </>
  );
}

interface ColumnsProps {
  readonly conversation: Conversation | null;
  readonly atSeq: number | null;
}

/** The columns side by side. On a phone the conversation slides over the sidebar. */
function Columns({ conversation, atSeq }: ColumnsProps) {
  const narrow = useNarrow();
  // A conversation that slides out stays rendered during the animation.
  const rendered = useExitDelay(conversation, narrow ? SLIDE_MS : 0);
  const isCovered = narrow && conversation !== null;
  return (
    <>
      <div inert={isCovered} className="w-(--sidebar-width) shrink-0 border-line max-md:w-full md:border-r">
        <Sidebar />
      </div>
      <div
        inert={narrow && conversation === null}
        className={classNames(
          'flex min-w-0 flex-1 bg-paper max-md:absolute max-md:inset-0 max-md:transition-transform max-md:duration-calm max-md:ease-out',
          narrow && conversation === null && 'max-md:translate-x-full',
        )}
      >
        <main className="relative flex min-w-0 flex-1 flex-col">
          {rendered !== null && <ConversationArea conversation={rendered} atSeq={atSeq} />}
        </main>
        {rendered !== null && <Panel conversation={rendered} />}
      </div>
      <Banner />
    </>
  );
}

/** The panel's files are loaded when it is opened for the first time. */
function Panel({ conversation }: { readonly conversation: Conversation }) {
  const open = useReadable(panelStore);
  return <Suspense fallback={null}>{open && <MembersPanel conversation={conversation} />}</Suspense>;
}

/** Opens a conversation on a wide screen. A phone starts with the sidebar. */
function useHomeConversation(conversation: Conversation | null): void {
  const narrow = useNarrow();
  const route = useRoute();
  const isNeeded = conversation === null && !narrow;
  const home = useSelected(useParley().channels, (channels) => (isNeeded ? homeConversation(channels) : null));
  useEffect(() => {
    if (conversation !== null) return;
    if (route.name === 'join') return navigate({ name: 'home' }, { replace: true });
    if (home !== null) navigate(routeOf(home), { replace: true });
  }, [conversation, route.name, home]);
}

const SKIP_LINK =
  'absolute top-2 left-2 z-20 -translate-y-16 rounded-sm bg-accent px-3 py-2 text-secondary font-medium text-on-accent focus:translate-y-0 touch:hidden';
