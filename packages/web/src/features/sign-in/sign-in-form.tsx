import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { checkSession } from '../session/session.ts';
import { EmailField } from './fields.tsx';

const WRONG = "That email and password don't match.";

export function SignInForm() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { busy, error, onSubmit } = useSubmit(async () => {
    const answer = await api.signIn({ email: email.trim(), password });
    if (!answer.ok) return describeError(answer.error, { invalid_credentials: WRONG, bad_request: WRONG });
    await checkSession();
    return null;
  });
  return (
    <form onSubmit={onSubmit} className="mt-7 flex flex-col gap-4">
      <EmailField autoFocus value={email} onValue={setEmail} />
      <Field
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <FormError>{error}</FormError>
      <Button variant="primary" type="submit" busy={busy} className="mt-1 h-10">
        Sign in
      </Button>
    </form>
  );
}
