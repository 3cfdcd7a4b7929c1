import type { Conversation } from '@parley/client';
import { useParley } from '@parley/react';
import { Button } from '../../ui/button.tsx';

/** Shown when the messages could not be loaded. */
export function TimelineFailed({ conversation }: { readonly conversation: Conversation }) {
  const parley = useParley();
  return (
    <div
      role="alert"
      className="flex h-full flex-col items-center justify-center gap-3 px-6 text-center text-secondary text-muted"
    >
      <p>The messages couldn't be loaded.</p>
      <Button size="small" onClick={() => parley.open(conversation)}>
        Try again
      </Button>
    </div>
  );
}
