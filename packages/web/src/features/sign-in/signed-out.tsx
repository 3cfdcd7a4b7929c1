import type { ServerInfo } from '@parley/protocol';
import { useState } from 'react';
import { navigate } from '../../lib/navigation.ts';
import { Button } from '../../ui/button.tsx';
import { Join } from './join.tsx';
import { PageLayout } from './page-layout.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SignInLink } from './sign-in-link.tsx';
import { SignUpForm } from './sign-up-form.tsx';

interface SignedOutProps {
  readonly server: ServerInfo;
  /** Explains why the session ended. */
  readonly notice: string | null;
  readonly inviteCode: string | null;
}

/** Chooses the page for a visitor without a session: owner account, invite, sign-up or sign-in. */
export function SignedOut({ server, notice, inviteCode }: SignedOutProps) {
  const [wantsAccount, setWantsAccount] = useState(false);
  if (server.firstRun) return <FirstRun />;
  if (inviteCode !== null) {
    return <Join code={inviteCode} onSignIn={() => navigate({ name: 'home' }, { replace: true })} />;
  }
  if (wantsAccount && server.signup === 'open') return <OpenSignUp onSignIn={() => setWantsAccount(false)} />;
  return (
    <PageLayout
      title="Sign in to Parley"
      {...(notice === null ? {} : { lead: notice })}
      foot={
        server.signup === 'open' ? (
          <>
            New here?{' '}
            <Button variant="link" onClick={() => setWantsAccount(true)}>
              Create an account
            </Button>
          </>
        ) : (
          'New here? Ask someone on this server for an invite link.'
        )
      }
    >
      <SignInForm />
    </PageLayout>
  );
}

function FirstRun() {
  return (
    <PageLayout
      title="Create the owner account"
      // words: allow whoever (a text on the screen)
      lead="This server is new. Whoever makes the first account owns it, and invites everyone else."
    >
      <SignUpForm />
    </PageLayout>
  );
}

function OpenSignUp({ onSignIn }: { readonly onSignIn: () => void }) {
  return (
    <PageLayout
      title="Create your account"
      lead="Anyone may join this server."
      foot={<SignInLink onSignIn={onSignIn} />}
    >
      <SignUpForm />
    </PageLayout>
  );
}
