import { MAX_USER_NAME_CHARS } from '@parley/protocol';
import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { navigate } from '../../lib/navigation.ts';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { checkSession } from '../session/session.ts';
import { EmailField, NewPasswordField } from './fields.tsx';

/** Creates an account. `invite` is the code of an invite link, if one is required. */
export function SignUpForm({ invite }: { readonly invite?: string }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const send = async (): Promise<string | null> => {
    const account = { name: name.trim(), email: email.trim(), password };
    const result = await api.signUp(invite === undefined ? account : { ...account, invite });
    if (!result.ok) return describeError(result.error, ERROR_TEXTS);
    navigate({ name: 'home' }, { replace: true });
    await checkSession();
    return null;
  };
  return (
    <Form onSend={send} submitLabel="Create account" wide className="mt-7">
      <Field
        label="Name"
        autoComplete="name"
        autoFocus
        required
        pattern=".*\S.*"
        maxLength={MAX_USER_NAME_CHARS}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <EmailField value={email} onValue={setEmail} />
      <NewPasswordField label="Password" value={password} onValue={setPassword} />
    </Form>
  );
}

const ERROR_TEXTS = {
  conflict: 'There is an account with that email already. Sign in instead.',
  invite_required: 'You need an invite link to join this server.',
  invite_invalid: 'This invite is no longer valid. Ask for a new link.',
  signup_closed: "This server doesn't take new accounts.",
} as const;
