import type { User } from '@parley/protocol';
import { Avatar } from '../../ui/avatar.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

interface PersonLineProps {
  readonly person: User;
  readonly online?: boolean;
  readonly own?: boolean;
}

/** A person in a list: avatar, name, handle and role. The caller renders the row around it. */
export function PersonLine({ person, online, own = false }: PersonLineProps) {
  return (
    <>
      <Avatar id={person.id} name={person.name} size={32} {...(online === undefined ? {} : { online })} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-1.5">
          <span className="truncate text-secondary font-medium text-ink">{person.name}</span>
          {own && <span className="shrink-0 text-small text-faint">you</span>}
        </span>
        <span className="block truncate text-small text-muted">@{person.handle}</span>
      </span>
      <RoleLabel person={person} />
      {online === true && <span className="sr-only">, online</span>}
    </>
  );
}

function RoleLabel({ person }: { readonly person: User }) {
  if (person.suspended === true) return <span className="shrink-0 text-small text-danger">Suspended</span>;
  if (person.role === 'owner') return <span className="shrink-0 text-small text-muted">Owner</span>;
  if (person.role === 'admin') return <span className="shrink-0 text-small text-muted">Admin</span>;
  return null;
}

export function PersonSkeleton() {
  return (
    <div className="flex items-center gap-2.5 px-2 py-1.5">
      <Skeleton className="size-8" />
      <div className="flex flex-col gap-1.5">
        <Skeleton className="h-3 w-32" />
        <Skeleton className="h-2.5 w-20" />
      </div>
    </div>
  );
}
