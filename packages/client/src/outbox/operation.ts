import { type ChannelId, type ErrorCode, hasShape, type MessageId, parseRecord, type Shape } from '@parley/protocol';
import type { Command } from '../connection/requests.ts';
import type { Conversation, FailureReason, OperationId, OperationKind } from '../parley-client.ts';

/** An operation of the user that the log has not confirmed. A new object after each change. */
export interface Operation {
  /** For a `send`, the id of its message. */
  readonly id: OperationId;
  readonly kind: OperationKind;
  readonly conversation: Conversation;
  readonly message: MessageId;
  /** The body of a `send` or `edit`, the emoji of a reaction. */
  readonly text: string;
  readonly thread: MessageId | null;
  /** By the local clock. */
  readonly atMs: number;
  /** The text of the first attempt, which the server may have stored even without a reply. Null before that. */
  readonly sentText: string | null;
  readonly state: OperationState;
}

/** An operation before it enters the outbox. */
export type NewOperation = Omit<Operation, 'atMs' | 'sentText' | 'state'>;

export function newOperation(operation: NewOperation, nowMs: number): Operation {
  return { ...operation, atMs: nowMs, sentText: null, state: queued(nowMs) };
}

export type OperationState =
  /** Not sent before `notBeforeMs`: the server asked for a pause. */
  | (Waiting & { readonly name: 'queued'; readonly notBeforeMs: number })
  | (Waiting & { readonly name: 'sending' })
  /** The server has stored it; its event has not arrived. */
  | { readonly name: 'stored'; readonly channel: ChannelId; readonly seq: number; readonly at: number }
  | { readonly name: 'failed'; readonly reason: FailureReason; readonly failedAtMs: number };

interface Waiting {
  /** When the timeout started, of the server or of the connection. */
  readonly sinceMs: number;
  /** The number of attempts. */
  readonly tries: number;
  /** The last error code of the server that allowed a retry. */
  readonly refusal: ErrorCode | null;
}

export function queued(sinceMs: number): OperationState {
  return { name: 'queued', sinceMs, tries: 0, refusal: null, notBeforeMs: 0 };
}

/**
 * Deleting a message that was never stored counts as success, so it is not shown as a failure. The operation stays: a
 * delayed send may still be stored later and must then be deleted.
 */
export function isDeleteOfMissing(operation: Operation): boolean {
  return operation.kind === 'delete' && operation.state.name === 'failed' && operation.state.reason === 'not_found';
}

/** `channel` is the conversation's; null if it is not known. A direct message then creates it. */
export function commandOf(
  { kind, conversation, message: id, text, thread }: Operation,
  channel: ChannelId | null,
): Command {
  const known = channel ?? conversation;
  switch (kind) {
    case 'send': {
      const to =
        channel === null && conversation.startsWith('to:') ? { to: conversation.slice(3) } : { channel: known };
      return { type: 'send', ...to, id, body: text, ...(thread === null ? {} : { thread }) };
    }
    case 'edit':
      return { type: 'edit', channel: known, id, body: text };
    case 'delete':
      return { type: 'delete', channel: known, id };
    case 'react':
    case 'unreact':
      return { type: kind, channel: known, id, emoji: text };
  }
}

/** Encodes an operation for persistence. A pending one is restored as queued: sending it again is idempotent. */
export function encodeOperation({ state, ...operation }: Operation): string {
  return JSON.stringify(state.name === 'failed' ? { ...operation, failed: state } : operation);
}

type Failed = Extract<OperationState, { name: 'failed' }>;

/** A stored operation of which the fields in `STORED_SHAPE` are checked. The others may be any JSON. */
type StoredOperation = Omit<NewOperation, 'thread'> &
  Pick<Operation, 'atMs'> & {
    readonly thread: unknown;
    readonly sentText: unknown;
    readonly failed: Partial<Record<keyof Failed, unknown>> | null | undefined;
  };

const STORED_SHAPE: Shape = {
  id: '',
  kind: '',
  conversation: '',
  message: '',
  text: '',
  atMs: 0,
};
const KINDS: readonly unknown[] = ['send', 'edit', 'delete', 'react', 'unreact'] satisfies OperationKind[];

/**
 * Decodes a stored operation. A pending one is queued from `nowMs`, and so is a failed one whose failure can't be read.
 * Null for a text that no version of this code wrote.
 */
export function decodeOperation(text: string, nowMs: number): Operation | null {
  const stored = parseRecord(text);
  if (stored === null || !isStoredOperation(stored)) return null;
  const { failed, thread, sentText, ...operation } = stored;
  return {
    ...operation,
    thread: textOrNull(thread),
    sentText: textOrNull(sentText),
    state: isFailed(failed) ? failed : queued(nowMs),
  };
}

function isStoredOperation(record: Record<string, unknown>): record is StoredOperation {
  return hasShape(record, STORED_SHAPE) && KINDS.includes(record['kind']);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isFailed(stored: StoredOperation['failed']): stored is Failed {
  return stored?.name === 'failed' && typeof stored.reason === 'string' && typeof stored.failedAtMs === 'number';
}
