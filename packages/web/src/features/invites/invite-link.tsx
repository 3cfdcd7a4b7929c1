import { useReadable } from '@parley/react';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { copyText } from '../../ui/copy-text.ts';
import { INPUT } from '../../ui/field.tsx';
import { showToast } from '../../ui/toast.ts';
import { lastCreatedInvite } from './last-created-invite.ts';

const COPIED_MS = 2_000;

interface InviteLinkProps {
  /** Renders an inconspicuous button, for an optional step. */
  readonly quiet?: boolean;
  readonly onCreated?: () => void;
  readonly onCopied?: () => void;
}

/** Creates an invite link and shows it with a *Copy* button. */
export function InviteLink({ quiet = false, onCreated, onCopied }: InviteLinkProps) {
  const invite = useReadable(lastCreatedInvite);
  const [busy, setBusy] = useState(false);
  const [copied, setCopied] = useState(false);

  const create = async (): Promise<void> => {
    setBusy(true);
    const result = await api.createInvite();
    setBusy(false);
    if (!result.ok) return showToast(describeError(result.error), 'danger');
    lastCreatedInvite.set({ id: result.value.invite.id, url: result.value.url });
    onCreated?.();
  };
  const copy = async (url: string): Promise<void> => {
    if (!(await copyText(url))) return showToast('Select the link and copy it by hand', 'danger');
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
    onCopied?.();
  };

  if (invite === null) {
    return (
      <Button variant={quiet ? 'quiet' : 'primary'} busy={busy} onClick={() => void create()}>
        Make an invite link
      </Button>
    );
  }
  return (
    <div className="flex gap-2">
      <input
        readOnly
        aria-label="Invite link"
        value={invite.url}
        onFocus={(event) => event.target.select()}
        className={classNames(INPUT, 'h-9 min-w-0 flex-1 border-edge px-3 text-secondary!')}
      />
      <Button
        variant="primary"
        icon={copied ? <Check size={15} /> : <Copy size={15} />}
        onClick={() => void copy(invite.url)}
      >
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
