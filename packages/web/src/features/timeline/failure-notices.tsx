import type { ChannelView, Conversation, FailedOperation } from '@parley/client';
import { useFailures, useParley, useSelected } from '@parley/react';
import { CircleAlert } from 'lucide-react';
import { memo } from 'react';
import { focusComposer } from '../../lib/composer-focus.ts';
import { Button } from '../../ui/button.tsx';
import { useDrafts } from '../composer/use-drafts.ts';
import type { Editing } from './conversation-props.ts';
import { failureCount, failureReason, failureTitle } from './failure-text.ts';

interface FailureNoticesProps {
  readonly conversation: Conversation;
  readonly storageKey: string;
  readonly label: string;
  readonly onEdit: (editing: Editing) => void;
}

/** Failed operations of the user, above the composer until they are retried, edited or dismissed. */
export const FailureNotices = memo(function FailureNotices(props: FailureNoticesProps) {
  const { conversation, storageKey, label, onEdit } = props;
  const parley = useParley();
  const drafts = useDrafts();
  // Rerenders only when the first message of a direct message creates its channel. Nothing else of a channel matters here.
  useSelected(parley.channels, () => parley.channelOf(conversation)?.id);
  const channel = parley.channelOf(conversation);
  const failures = useFailures().filter((failure) => isHere(failure, conversation, channel));
  if (failures.length === 0) return null;

  const edit = (failure: FailedOperation): void => {
    parley.dismiss(failure.id);
    if (failure.kind === 'edit') return onEdit({ message: failure.message, text: failure.text });
    drafts.restore(storageKey, failure.text);
    focusComposer();
  };
  const dismiss = (failure: FailedOperation): void => {
    parley.dismiss(failure.id);
    drafts.addUnsentText(storageKey, failure.text);
    focusComposer();
  };
  return (
    <section aria-label="Not sent" className="failure-notice mb-2 max-h-48 overflow-y-auto rounded-md bg-danger-soft">
      {failures.length > 1 && (
        <p className="px-3 pt-2 text-small font-semibold text-danger">{failureCount(failures)}</p>
      )}
      {failures.map((failure) => (
        <Failure
          key={failure.id}
          failure={failure}
          label={label}
          onRetry={() => parley.retry(failure.id)}
          onEdit={() => edit(failure)}
          onDismiss={() => dismiss(failure)}
        />
      ))}
    </section>
  );
});

interface FailureProps {
  readonly failure: FailedOperation;
  readonly label: string;
  readonly onRetry: () => void;
  readonly onEdit: () => void;
  readonly onDismiss: () => void;
}

function Failure({ failure, label, onRetry, onEdit, onDismiss }: FailureProps) {
  const hasText = failure.kind === 'send' || failure.kind === 'edit';
  return (
    <div role="alert" className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <CircleAlert aria-hidden className="size-4 shrink-0 text-danger" />
      <div className="min-w-48 flex-1">
        <p className="text-secondary">
          <span className="font-semibold text-danger">{failureTitle(failure)}.</span> {failureReason(failure, label)}.
        </p>
        {failure.text !== '' && (
          <p dir="auto" className="truncate text-secondary text-muted">
            {failure.text}
          </p>
        )}
      </div>
      <div className="flex gap-1">
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
        {hasText && (
          <Button size="small" variant="quiet" onClick={onEdit}>
            Edit
          </Button>
        )}
        <Button size="small" variant="quiet" onClick={onDismiss}>
          Dismiss
        </Button>
      </div>
    </div>
  );
}

/** A failure of a direct message may refer to it by channel or by user. */
function isHere({ conversation }: FailedOperation, here: Conversation, channel: ChannelView | null): boolean {
  if (conversation === here || conversation === channel?.id) return true;
  return channel?.kind === 'dm' && conversation === `to:${channel.others[0] ?? ''}`;
}
