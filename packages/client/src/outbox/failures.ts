import type { FailedOperation } from '../parley-client.ts';
import { isDeleteOfMissing, type Operation } from './operation.ts';

/** The failed operations that the user sees. */
export function failuresOf(operations: readonly Operation[]): readonly FailedOperation[] {
  const visible = operations.filter((operation) => !isDeleteOfMissing(operation));
  return visible.flatMap(({ id, kind, conversation, message, text, state }) => {
    if (state.name !== 'failed') return [];
    const written = kind === 'send' || kind === 'edit' ? text : '';
    return [{ id, kind, conversation, message, text: written, reason: state.reason, failedAtMs: state.failedAtMs }];
  });
}
