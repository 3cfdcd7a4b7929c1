import type { FailedOperation, FailureReason, OperationKind } from '@parley/client';
import { MAX_BODY_CHARS } from '@parley/protocol';

const TITLES: Readonly<Record<OperationKind, string>> = {
  send: "Message wasn't sent",
  edit: "Edit wasn't saved",
  delete: "Message wasn't deleted",
  react: "Reaction wasn't added",
  unreact: "Reaction wasn't removed",
};

/** Which operation failed. */
export const failureTitle = ({ kind }: FailedOperation): string => TITLES[kind];

/** The heading above several failures. */
export function failureCount(failures: readonly FailedOperation[]): string {
  const isAllSends = failures.every(({ kind }) => kind === 'send');
  return isAllSends ? `${failures.length} messages weren't sent` : `${failures.length} changes weren't saved`;
}

/** Why it failed, as text for the user. `label` names the conversation: "#design", "Ada". */
export const failureReason = ({ kind, reason }: FailedOperation, label: string): string =>
  REASONS[reason](label, kind === 'send');

const REASONS: Readonly<Record<FailureReason, (label: string, isSend: boolean) => string>> = {
  offline: () => "Couldn't reach the server",
  timeout: () => "The server didn't answer in time",
  removed: (label) => `You were removed from ${label}`,
  too_large: () => `That's longer than ${MAX_BODY_CHARS.toLocaleString('en')} characters`,
  not_found: (label, isSend) => (isSend ? `You can't write in ${label} any more` : 'The message is gone'),
  forbidden: (label, isSend) => (isSend ? `You can't write in ${label}` : "You can't change this message"),
  conflict: () => 'Another message has taken its place',
  rate_limited: () => 'That was a bit fast',
  unavailable: () => "The server can't store anything right now",
  bad_request: () => "The server didn't understand it",
  internal: () => 'Something went wrong on the server',
};
