import type { FailedOperation } from '@parley/client';
import { assertNever, MAX_BODY_CHARS } from '@parley/protocol';

/** What did not happen. */
export function failureTitle({ kind }: FailedOperation): string {
  switch (kind) {
    case 'send':
      return "Message wasn't sent";
    case 'edit':
      return "Edit wasn't saved";
    case 'delete':
      return "Message wasn't deleted";
    case 'react':
      return "Reaction wasn't added";
    case 'unreact':
      return "Reaction wasn't removed";
    default:
      return assertNever(kind);
  }
}

/** Above several of them. */
export function failureCount(failures: readonly FailedOperation[]): string {
  const isAllSends = failures.every(({ kind }) => kind === 'send');
  return isAllSends ? `${failures.length} messages weren't sent` : `${failures.length} changes weren't saved`;
}

/** Why, in words a person says. `place` is how the conversation is called: "#design", "Ada". */
export function failureReason({ kind, reason }: FailedOperation, label: string): string {
  switch (reason) {
    case 'offline':
      return "Couldn't reach the server";
    case 'timeout':
      return "The server didn't answer in time";
    case 'removed':
      return `You were removed from ${label}`;
    case 'too_large':
      return `That's longer than ${MAX_BODY_CHARS.toLocaleString('en')} characters`;
    case 'not_found':
      return kind === 'send' ? `You can't write in ${label} any more` : 'The message is gone';
    case 'forbidden':
      return kind === 'send' ? `You can't write in ${label}` : "You can't change this message";
    case 'conflict':
      return 'Another message has taken its place';
    case 'rate_limited':
      return 'That was a bit fast';
    case 'unavailable':
      return "The server can't store anything right now";
    case 'bad_request':
      return "The server didn't understand it";
    case 'internal':
      return 'Something went wrong on the server';
    default:
      return assertNever(reason);
  }
}
