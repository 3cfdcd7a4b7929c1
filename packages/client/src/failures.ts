import type { Operation } from './operation.ts';
import type { FailedOperation } from './parley-client.ts';

/** The failed operations as the user sees them: `shown` again when none came or went. */
export function failuresOf(
  operations: readonly Operation[],
  shown: readonly FailedOperation[],
): readonly FailedOperation[] {
  const failures = operations.flatMap((operation) => {
    const failure = failureOf(operation);
    if (failure === null) return [];
    return shown.find((other) => other.id === failure.id && other.failedAtMs === failure.failedAtMs) ?? failure;
  });
  const isSame = failures.length === shown.length && failures.every((failure, index) => failure === shown[index]);
  return isSame ? shown : failures;
}

function failureOf({ id, kind, conversation, message, text, state }: Operation): FailedOperation | null {
  if (state.name !== 'failed') return null;
  const written = kind === 'send' || kind === 'edit' ? text : '';
  return { id, kind, conversation, message, text: written, reason: state.reason, failedAtMs: state.failedAtMs };
}
