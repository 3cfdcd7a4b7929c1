import type { OperationId } from '../parley-client.ts';
import { type Operation, type OperationState, queued } from './operation.ts';

/** Failed operations kept; beyond it the oldest is forgotten. */
export const MAX_FAILED = 1_000;

type Failed = Extract<OperationState, { name: 'failed' }>;

/**
 * Fails one operation. What the user did to a message after sending it fails with the send: a later edit becomes its
 * text, a deletion takes it away altogether, so that what can be tried again is what the user wanted last. The message may
 * be stored all the same: then the edit is made up for, and the deletion, which is kept, still finds it.
 */
export function failOperation(operations: readonly Operation[], id: OperationId, failed: Failed): readonly Operation[] {
  const failing = operations.find((operation) => operation.id === id);
  if (failing === undefined) return operations;
  if (failing.kind !== 'send') return bounded(replace(operations, { ...failing, state: failed }));
  const changes = operations.filter((other) => other.message === failing.message && other !== failing);
  const kept = operations.filter((other) => !changes.includes(other));
  const deletion = changes.find(({ kind }) => kind === 'delete');
  if (deletion !== undefined) {
    const others = kept.filter((other) => other !== failing);
    return failing.sentText !== null ? [...others, { ...deletion, state: queued(failed.failedAtMs) }] : others;
  }
  const text = changes.findLast(({ kind }) => kind === 'edit')?.text ?? failing.text;
  return bounded(replace(kept, { ...failing, text, state: failed }));
}

/** `operations` with `changed` in place of what had its id. */
export function replace(operations: readonly Operation[], changed: Operation): readonly Operation[] {
  return operations.map((operation) => (operation.id === changed.id ? changed : operation));
}

function bounded(operations: readonly Operation[]): readonly Operation[] {
  const failed = operations.filter(({ state }) => state.name === 'failed');
  const tooMany = new Set(failed.slice(0, Math.max(0, failed.length - MAX_FAILED)));
  return tooMany.size === 0 ? operations : operations.filter((operation) => !tooMany.has(operation));
}
