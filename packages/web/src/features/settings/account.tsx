import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { showToast } from '../../ui/toast.ts';
import { NewPasswordField } from '../sign-in/fields.tsx';

const WRONG = "That isn't your current password.";

/** The user's password. */
export function Account() {
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const { busy, error, onSubmit } = useSubmit(async () => {
    const answer = await api.changePassword({ currentPassword, newPassword });
    if (!answer.ok) return describeError(answer.error, { invalid_credentials: WRONG, bad_request: WRONG });
    setCurrent('');
    setNew('');
    showToast('Password changed');
    return null;
  });
  return (
    <form onSubmit={onSubmit} className="flex max-w-md flex-col gap-4">
      <Field
        label="Current password"
        type="password"
        autoComplete="current-password"
        required
        value={currentPassword}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <NewPasswordField label="New password" value={newPassword} onValue={setNew} />
      <FormError>{error}</FormError>
      <div>
        <Button variant="primary" type="submit" busy={busy}>
          Change password
        </Button>
      </div>
    </form>
  );
}
