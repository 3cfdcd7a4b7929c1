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
import { madeInviteStore } from './last-created-invite.ts';

const COPIED_MS = 2_000;

interface InviteLinkProps {
  /** Nothing that one has to do: the button steps back. */
  readonly quiet?: boolean;
  readonly onMade?: () => void;
  readonly onCopied?: () => void;
}

/** Makes an invite link, and shows it with *Copy*. */
export function InviteLink({ quiet = false, onMade, onCopied }: InviteLinkProps) {
  const made = useReadable(madeInviteStore);
  const [busy, setBusy] = useState(false);
  const [copied, setCopied] = useState(false);

  const make = async (): Promise<void> => {
    setBusy(true);
    const answer = await api.createInvite();
    setBusy(false);
    if (!answer.ok) return showToast(describeError(answer.error), 'danger');
    madeInviteStore.set({ id: answer.value.invite.id, url: answer.value.url });
    onMade?.();
  };
  const copy = async (url: string): Promise<void> => {
    if (!(await copyText(url))) return showToast('Select the link and copy it by hand', 'danger');
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
    onCopied?.();
  };

  if (made === null) {
    return (
      <Button variant={quiet ? 'quiet' : 'primary'} busy={busy} onClick={() => void make()}>
        Make an invite link
      </Button>
    );
  }
  return (
    <div className="flex gap-2">
      <input
        readOnly
        aria-label="Invite link"
        value={made.url}
        onFocus={(event) => event.target.select()}
        className={classNames(INPUT, 'h-9 min-w-0 flex-1 border-edge px-3 text-secondary!')}
      />
      <Button
        variant="primary"
        icon={copied ? <Check size={15} /> : <Copy size={15} />}
        onClick={() => void copy(made.url)}
      >
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
