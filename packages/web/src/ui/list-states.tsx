import type { ReactNode } from 'react';
import { type ApiError, describeError } from '../lib/http/request.ts';
import { Button } from './button.tsx';

/** An empty list: a sentence and one useful action. */
export function EmptyList({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-10 text-center text-secondary text-muted">
      <p>{children}</p>
      {action}
    </div>
  );
}

/** A list that failed to load: the reason and a retry button. */
export function FailedList({ error, onRetry }: { readonly error: ApiError; readonly onRetry: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-6 py-10 text-center text-secondary text-muted">
      <p>{describeError(error)}</p>
      <Button size="small" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
