import { type SubmitEvent, useState } from 'react';

export interface Submitting {
  readonly busy: boolean;
  /** What went wrong the last time, in words; null while nothing has. */
  readonly error: string | null;
  readonly onSubmit: (event: SubmitEvent) => void;
}

/** The state of a form that is sent with `send`, which answers null, or what went wrong in words for people. */
export function useSubmit(send: () => Promise<string | null>): Submitting {
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
