import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { showToast } from '../../ui/toast.ts';
import { NewPasswordField } from '../sign-in/fields.tsx';

const WRONG_PASSWORD = "That isn't your current password.";

/** Changes the user's password. */
export function Account() {
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const send = async (): Promise<string | null> => {
    const result = await api.changePassword({ currentPassword, newPassword });
    if (!result.ok) {
      return describeError(result.error, { invalid_credentials: WRONG_PASSWORD, bad_request: WRONG_PASSWORD });
    }
    setCurrent('');
    setNew('');
    showToast('Password changed');
    return null;
  };
  return (
    <Form onSend={send} submitLabel="Change password" className="max-w-md">
      <Field
        label="Current password"
        type="password"
        autoComplete="current-password"
        required
        value={currentPassword}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <NewPasswordField label="New password" value={newPassword} onValue={setNew} />
    </Form>
  );
}
