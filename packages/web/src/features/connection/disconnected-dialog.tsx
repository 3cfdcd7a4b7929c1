import { useParley } from '@parley/react';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Logo } from '../../ui/logo.tsx';
import { signOut } from '../session/session.ts';
import type { ShownReason } from './use-stop-reason.ts';

/** Covers the page, which keeps its drafts, and offers an action. */
export function DisconnectedDialog({ reason }: { readonly reason: ShownReason }) {
  const { title, text, action } = useReasonTexts()[reason];
  return (
    <div className="fixed inset-0 z-20 flex items-center justify-center bg-backdrop px-4">
      <section
        role="alertdialog"
        aria-modal
        aria-labelledby="stopped-title"
        aria-describedby="stopped-text"
        className="flex w-full max-w-sm flex-col items-center rounded-md bg-raised px-6 py-7 text-center shadow-float"
      >
        <Logo size={36} />
        <h2 id="stopped-title" className="mt-4 text-heading font-semibold">
          {title}
        </h2>
        <p id="stopped-text" className="mt-1 text-message text-muted">
          {text}
        </p>
        <div className="mt-5 flex gap-2">{action}</div>
      </section>
    </div>
  );
}

function useReasonTexts(): Record<ShownReason, { title: string; text: string; action: ReactNode }> {
  const parley = useParley();
  const signOutButton = <Button onClick={() => void signOut()}>Sign out</Button>;
  const button = (label: string, onClick: () => void): ReactNode => (
    <Button variant="primary" autoFocus onClick={onClick}>
      {label}
    </Button>
  );
  return {
    superseded: {
      title: 'Parley is open in another window',
      text: 'Only one of them can be live. What you were writing is still here.',
      action: button('Use here', () => parley.connect()),
    },
    suspended: {
      title: 'Your account is suspended',
      text: 'An administrator of this server has paused it. Ask them if you think that is a mistake.',
      action: signOutButton,
    },
    refused: {
      title: 'The server refused the connection',
      text: 'Reloading may help. If it keeps happening, sign in again.',
      action: (
        <>
          {signOutButton}
          {button('Reload', () => location.reload())}
        </>
      ),
    },
    closed: {
      title: 'The connection was closed',
      text: 'Nothing is lost. Connect again to go on.',
      action: button('Connect', () => parley.connect()),
    },
  };
}
