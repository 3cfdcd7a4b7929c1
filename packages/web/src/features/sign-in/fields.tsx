import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '@parley/protocol';
import { Field } from '../../ui/field.tsx';

interface ValueProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
}

export function EmailField({ value, onValue, autoFocus = false }: ValueProps & { readonly autoFocus?: boolean }) {
  return (
    <Field
      label="Email"
      type="email"
      autoComplete="email"
      autoFocus={autoFocus}
      required
      value={value}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}

/** The field for a new password. */
export function NewPasswordField({ label, value, onValue }: ValueProps & { readonly label: string }) {
  return (
    <Field
      label={label}
      type="password"
      autoComplete="new-password"
      hint={`At least ${MIN_PASSWORD_CHARS} characters. A few words in a row are easy to remember.`}
      required
      minLength={MIN_PASSWORD_CHARS}
      maxLength={MAX_PASSWORD_CHARS}
      value={value}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}
