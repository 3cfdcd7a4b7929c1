import { Button } from '../../ui/button.tsx';

/** The way back for somebody who has an account already. */
export function SignInLink({ onSignIn }: { readonly onSignIn: () => void }) {
  return (
    <>
      Have an account already?{' '}
      <Button variant="link" onClick={onSignIn}>
        Sign in instead
      </Button>
    </>
  );
}
