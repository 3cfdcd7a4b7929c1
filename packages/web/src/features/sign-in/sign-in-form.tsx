import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { checkSession } from '../session/session.ts';
import { EmailField } from './fields.tsx';

const WRONG_CREDENTIALS = "That email and password don't match.";

export function SignInForm() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const send = async (): Promise<string | null> => {
    const result = await api.signIn({ email: email.trim(), password });
    if (!result.ok) {
      return describeError(result.error, { invalid_credentials: WRONG_CREDENTIALS, bad_request: WRONG_CREDENTIALS });
    }
    await checkSession();
    return null;
  };
  return (
    <Form onSend={send} submitLabel="Sign in" wide className="mt-7">
      <EmailField autoFocus value={email} onValue={setEmail} />
      <Field
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
    </Form>
  );
}
