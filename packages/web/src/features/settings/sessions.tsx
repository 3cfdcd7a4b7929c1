import type { Session } from '@parley/protocol';
import { Monitor } from 'lucide-react';
import { useCallback, useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { useRequest } from '../../lib/use-request.ts';
import { Button } from '../../ui/button.tsx';
import { FailedList } from '../../ui/list-states.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { formatDate } from '../../ui/time.ts';
import { showToast } from '../../ui/toast.ts';
import { deviceName } from './device-name.ts';

/** The user's sessions. Each can be ended. */
export function Sessions() {
  const { state, reload } = useRequest(useCallback(() => api.sessions(), []));
  if (state.name === 'failed') return <FailedList error={state.error} onRetry={reload} />;
  if (state.name === 'loading') {
    return (
      <SkeletonRows count={3}>
        <div className="flex flex-col gap-2 py-3">
          <Skeleton className="h-3.5 w-40" />
          <Skeleton className="h-3 w-56" />
        </div>
      </SkeletonRows>
    );
  }
  const sessions = state.value.sessions.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.createdAt - a.createdAt,
  );
  return (
    <ul>
      {sessions.map((session) => (
        <SessionRow key={session.id} session={session} onEnded={reload} />
      ))}
    </ul>
  );
}

function SessionRow({ session, onEnded }: { readonly session: Session; readonly onEnded: () => void }) {
  const [busy, setBusy] = useState(false);
  const name = deviceName(session.userAgent);
  const end = async (): Promise<void> => {
    setBusy(true);
    const result = await api.endSession(session.id);
    setBusy(false);
    if (result.ok) onEnded();
    else showToast(describeError(result.error), 'danger');
  };
  return (
    <li className="flex items-center gap-3 border-b border-line py-3 last:border-0">
      <Monitor aria-hidden size={18} className="shrink-0 text-faint" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-secondary font-medium">{name}</p>
        <p className="truncate text-small text-muted">
          Signed in {formatDate(session.createdAt)}
          {session.address !== undefined && ` · ${session.address}`}
        </p>
      </div>
      {session.current ? (
        <span className="text-small font-medium text-ok">This browser</span>
      ) : (
        <Button size="small" busy={busy} aria-label={`End session of ${name}`} onClick={() => void end()}>
          End
        </Button>
      )}
    </li>
  );
}
