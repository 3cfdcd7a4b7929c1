import { type SubmitEvent, useState } from 'react';

export interface FormSubmission {
  readonly busy: boolean;
  /** Why the last attempt failed, as text for the user; null if it did not. */
  readonly error: string | null;
  readonly onSubmit: (event: SubmitEvent) => void;
}

/** The state of a form. `send` resolves to null on success, or to an error text for the user. */
export function useSubmit(send: () => Promise<string | null>): FormSubmission {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    setError(await send());
    setBusy(false);
  };
  return {
    busy,
    error,
    onSubmit: (event) => {
      event.preventDefault();
      void submit();
    },
  };
}
