import { useCallback } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { useRequest } from '../../lib/use-request.ts';
import { Button } from '../../ui/button.tsx';
import { PageLayout } from './page-layout.tsx';
import { SignInLink } from './sign-in-link.tsx';
import { SignUpForm } from './sign-up-form.tsx';

interface JoinProps {
  readonly code: string;
  readonly onSignIn: () => void;
}

/** The page of an invite link. Checks first whether the link is still valid. */
export function Join({ code, onSignIn }: JoinProps) {
  const { state, reload } = useRequest(useCallback(() => api.checkInvite(code), [code]));
  const foot = <SignInLink onSignIn={onSignIn} />;
  if (state.name === 'loading') return null;
  if (state.name === 'failed') {
    return (
      <PageLayout title="Couldn't check your invite" lead={describeError(state.error)} foot={foot}>
        <Button variant="primary" className="mt-6" onClick={reload}>
          Try again
        </Button>
      </PageLayout>
    );
  }
  if (!state.value.valid) {
    return (
      <PageLayout
        title="This invite is no longer valid"
        lead="It may have expired, been revoked, or been used up. Ask the person who sent it for a new link."
        foot={foot}
      />
    );
  }
  const { by } = state.value;
  return (
    <PageLayout
      title={by === undefined ? "You're invited" : `${by} invited you`}
      lead="Create an account to join the conversation."
      foot={foot}
    >
      <SignUpForm invite={code} />
    </PageLayout>
  );
}
