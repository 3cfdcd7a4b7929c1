import type { OperationId } from '../parley-client.ts';
import { type Operation, type OperationState, queued } from './operation.ts';

/** The number of failed operations kept; beyond it the oldest is dropped. */
export const MAX_FAILED = 1_000;

type Failed = Extract<OperationState, { name: 'failed' }>;

/**
 * Fails one operation. Later changes of the same message fail with its send: an edit becomes its text, a deletion removes
 * it, so that a retry sends what the user wanted last. The message may have been stored nevertheless: then the edit is
 * sent after all, and the deletion, which stays queued, deletes it.
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

/** Replaces the operation with the same id. */
export function replace(operations: readonly Operation[], changed: Operation): readonly Operation[] {
  return operations.map((operation) => (operation.id === changed.id ? changed : operation));
}

function bounded(operations: readonly Operation[]): readonly Operation[] {
  const failed = operations.filter(({ state }) => state.name === 'failed');
  const tooMany = new Set(failed.slice(0, Math.max(0, failed.length - MAX_FAILED)));
  return tooMany.size === 0 ? operations : operations.filter((operation) => !tooMany.has(operation));
}
