import type { Invite } from '@parley/protocol';
import { useUsers } from '@parley/react';
import { Link } from 'lucide-react';
import { useCallback, useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { useRequest } from '../../lib/use-request.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyList, FailedList } from '../../ui/list-states.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { formatDate } from '../../ui/time.ts';
import { showToast } from '../../ui/toast.ts';
import { InviteLink } from './invite-link.tsx';
import { lastCreatedInvite } from './last-created-invite.ts';

/** Creates invite links and lists those that are valid. */
export function Invites() {
  const { state, reload } = useRequest(useCallback(() => api.invites(), []));
  return (
    <>
      <InviteLink onCreated={reload} />
      <h4 className="pt-6 pb-1 text-small font-medium text-faint">Links that are good</h4>
      {state.name === 'failed' && <FailedList error={state.error} onRetry={reload} />}
      {state.name === 'loading' && (
        <SkeletonRows count={2}>
          <div className="flex flex-col gap-2 py-3">
            <Skeleton className="h-3.5 w-48" />
            <Skeleton className="h-3 w-32" />
          </div>
        </SkeletonRows>
      )}
      {state.name === 'loaded' && <InviteList invites={state.value.invites} onRevoked={reload} />}
    </>
  );
}

function InviteList({ invites, onRevoked }: { readonly invites: readonly Invite[]; readonly onRevoked: () => void }) {
  const [now] = useState(() => Date.now());
  const validInvites = invites
    .filter((invite) => invite.expiresAt > now && invite.uses < invite.maxUses)
    .toSorted((a, b) => b.createdAt - a.createdAt);
  if (validInvites.length === 0) return <EmptyList>No link is out there. Make one to invite people.</EmptyList>;
  return (
    <ul>
      {validInvites.map((invite) => (
        <InviteRow key={invite.id} invite={invite} onRevoked={onRevoked} />
      ))}
    </ul>
  );
}

function InviteRow({ invite, onRevoked }: { readonly invite: Invite; readonly onRevoked: () => void }) {
  const users = useUsers();
  const [busy, setBusy] = useState(false);
  const revoke = async (): Promise<void> => {
    setBusy(true);
    const result = await api.revokeInvite(invite.id);
    setBusy(false);
    if (!result.ok) return showToast(describeError(result.error), 'danger');
    if (lastCreatedInvite.get()?.id === invite.id) lastCreatedInvite.set(null);
    onRevoked();
  };
  const by = users.get(invite.by)?.name ?? 'someone';
  return (
    <li className="flex items-center gap-3 border-b border-line py-3 last:border-0">
      <Link aria-hidden size={16} className="shrink-0 text-faint" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-secondary font-medium">
          {invite.uses === 0 ? 'Not used yet' : `Used ${invite.uses === 1 ? 'once' : `${invite.uses} times`}`}
        </p>
        <p className="truncate text-small text-muted">
          Made by {by} on {formatDate(invite.createdAt)} · good until {formatDate(invite.expiresAt)}
        </p>
      </div>
      <Button size="small" busy={busy} onClick={() => void revoke()}>
        Revoke
      </Button>
    </li>
  );
}
