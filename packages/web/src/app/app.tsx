import { ParleyProvider, useReadable } from '@parley/react';
import { Suspense, useEffect } from 'react';
import { checkSession, type Session, sessionStore } from '../features/session/session.ts';
import { UnreachablePage } from '../features/session/unreachable-page.tsx';
import { lazyWithRetry } from '../lib/lazy.ts';
import { useRoute } from '../lib/navigation.ts';
import { useDelayed } from '../lib/use-delayed.ts';
import { Logo } from '../ui/logo.tsx';
import { ToastLayer } from '../ui/toast-layer.tsx';
import { TooltipLayer } from '../ui/tooltip-layer.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { Workspace } from './workspace.tsx';

const SignedOut = lazyWithRetry(async () => (await import('../features/sign-in/signed-out.tsx')).SignedOut);

export function App() {
  const session = useReadable(sessionStore);
  useEffect(() => void checkSession(), []);
  return (
    <ErrorBoundary>
      <Suspense fallback={null}>
        <Page session={session} />
      </Suspense>
      <TooltipLayer />
      <ToastLayer />
    </ErrorBoundary>
  );
}

/** Shows nothing at first, then the logo if checking takes longer. */
function SessionLoading() {
  const isSlow = useDelayed(400);
  return <main className="flex h-full items-center justify-center">{isSlow && <Logo size={40} />}</main>;
}

function Page({ session }: { readonly session: Session }) {
  const route = useRoute();
  switch (session.name) {
    case 'checking':
      return <SessionLoading />;
    case 'unreachable':
      return <UnreachablePage />;
    case 'signed-out':
      return (
        <SignedOut
          server={session.server}
          notice={session.notice}
          inviteCode={route.name === 'join' ? route.code : null}
        />
      );
    case 'signed-in':
      return (
        <ParleyProvider client={session.parley}>
          <Workspace />
        </ParleyProvider>
      );
    default:
      return session satisfies never;
  }
}
