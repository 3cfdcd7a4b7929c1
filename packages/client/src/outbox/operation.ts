import { type ChannelId, type ErrorCode, hasShape, type MessageId, parseRecord, type Shape } from '@parley/protocol';
import type { Command } from '../connection/requests.ts';
import type { Conversation, FailureReason, OperationId, OperationKind } from '../parley-client.ts';

/** Something the user did that the log has not confirmed yet. Another object after each change. */
export interface Operation {
  /** That of the message for a `send`. */
  readonly id: OperationId;
  readonly kind: OperationKind;
  readonly conversation: Conversation;
  readonly message: MessageId;
  /** The body of a `send` or `edit`, the emoji of a reaction. */
  readonly text: string;
  readonly thread: MessageId | null;
  /** By the local clock. */
  readonly atMs: number;
  /** The text it first left this client with: the server may have that, whatever was heard of it. Null before that. */
  readonly sentText: string | null;
  readonly state: OperationState;
}

/** What the user does, before anything has become of it. */
export type NewOperation = Omit<Operation, 'atMs' | 'sentText' | 'state'>;

export function newOperation(operation: NewOperation, nowMs: number): Operation {
  return { ...operation, atMs: nowMs, sentText: null, state: queued(nowMs) };
}

export type OperationState =
  /** Not to be sent before `notBeforeMs`: the server asked for patience. */
  | (Waiting & { readonly name: 'queued'; readonly notBeforeMs: number })
  | (Waiting & { readonly name: 'sending' })
  /** The server has it; its event is on the way. */
  | { readonly name: 'stored'; readonly channel: ChannelId; readonly seq: number; readonly at: number }
  | { readonly name: 'failed'; readonly reason: FailureReason; readonly failedAtMs: number };

interface Waiting {
  /** Since when it waits for the server, or for the connection. */
  readonly sinceMs: number;
  /** How often it was sent. */
  readonly tries: number;
  /** What the server said last, if it was to be tried again. */
  readonly refusal: ErrorCode | null;
}

export function queued(sinceMs: number): OperationState {
  return { name: 'queued', sinceMs, tries: 0, refusal: null, notBeforeMs: 0 };
}

/**
 * What is not there is as good as deleted: its sending had failed. That is no failure to be shown, but not to be forgotten
 * either: a server that had stood still may store the message after all.
 */
export function isDeleteOfMissing(operation: Operation): boolean {
  return operation.kind === 'delete' && operation.state.name === 'failed' && operation.state.reason === 'not_found';
}

/** `channel` is that of the conversation, null when it is not known. A direct message then makes it. */
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

/** For persistence. What is stored or being sent comes back as queued: sending it again changes nothing. */
export function encodeOperation({ state, ...operation }: Operation): string {
  return JSON.stringify(state.name === 'failed' ? { ...operation, failed: state } : operation);
}

type Failed = Extract<OperationState, { name: 'failed' }>;

/** An operation as it is kept, as far as it is known to be sound: the rest is any JSON, of which one may ask for fields. */
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
 * What was pending is queued from `nowMs` on, and so is what no longer tells how it failed. Null for what no version of
 * this code wrote.
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
