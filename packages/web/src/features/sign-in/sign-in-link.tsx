import { Button } from '../../ui/button.tsx';

/** Leads users who have an account to the sign-in form. */
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
