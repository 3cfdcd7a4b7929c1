import { useMe } from '@parley/react';
import { linkTo, routeOf } from '../../lib/navigation.ts';
import { useUserByHandle } from './users-by-handle.ts';

interface MentionProps {
  /** Lower case, without the `@`. */
  readonly handle: string;
  /** As it was written. */
  readonly text: string;
}

/** `@handle`: a link to the direct message with that user, a mark for the current user, plain text for an unknown handle. */
export function Mention({ handle, text }: MentionProps) {
  const me = useMe();
  const user = useUserByHandle(handle);
  if (me !== null && me.handle === handle) {
    return <span className="rounded-[4px] bg-mention px-0.5 font-semibold">{text}</span>;
  }
  if (user === null) return text;
  return (
    <a
      {...linkTo(routeOf(`to:${user.id}`))}
      title={user.name}
      className="rounded-[4px] bg-accent-soft px-0.5 font-medium text-accent hover:underline"
    >
      {text}
    </a>
  );
}
