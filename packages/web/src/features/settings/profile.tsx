import { MAX_HANDLE_CHARS, MAX_USER_NAME_CHARS } from '@parley/protocol';
import { useReadable } from '@parley/react';
import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { showToast } from '../../ui/toast.ts';
import { sessionStore, updateMe } from '../session/session.ts';
import { useCurrentUser } from '../session/use-current-user.ts';

/** Edits the user's name and handle. */
export function Profile() {
  const me = useCurrentUser();
  const [name, setName] = useState(me.name);
  const [handle, setHandle] = useState(me.handle);
  const send = async (): Promise<string | null> => {
    const result = await api.updateMe({ name: name.trim(), handle });
    if (!result.ok) return describeError(result.error, { conflict: `@${handle} is taken. Pick another handle.` });
    updateMe(result.value.user);
    showToast('Profile saved');
    return null;
  };
  return (
    <Form
      onSend={send}
      submitLabel="Save"
      submitDisabled={name.trim() === me.name && handle === me.handle}
      className="max-w-md"
    >
      <ProfileHeader name={name.trim() === '' ? me.name : name} />
      <Field
        label="Name"
        required
        pattern=".*\S.*"
        maxLength={MAX_USER_NAME_CHARS}
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <HandleField value={handle} onValue={setHandle} />
    </Form>
  );
}

function ProfileHeader({ name }: { readonly name: string }) {
  const me = useCurrentUser();
  const session = useReadable(sessionStore);
  const email = session.name === 'signed-in' ? session.me.email : undefined;
  return (
    <div className="flex items-center gap-4">
      <Avatar id={me.id} name={name} size={64} />
      <div className="min-w-0">
        <p className="truncate text-message font-medium">{name}</p>
        {email !== undefined && <p className="truncate text-secondary text-muted">{email}</p>}
      </div>
    </div>
  );
}

function HandleField({ value, onValue }: { readonly value: string; readonly onValue: (value: string) => void }) {
  return (
    <Field
      label="Handle"
      hint={value === '' ? 'How people mention you.' : `People mention you as @${value}.`}
      required
      maxLength={MAX_HANDLE_CHARS}
      pattern="[a-z0-9]([a-z0-9._\-]*[a-z0-9])?"
      title="Small letters and digits, with . _ - between them"
      autoCapitalize="none"
      spellCheck={false}
      value={value}
      onChange={(event) => onValue(event.target.value.trim().toLowerCase())}
    />
  );
}
