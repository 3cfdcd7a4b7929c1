import type { ChannelId, ErrorCode, MessageId } from '@parley/protocol';
import type { Conversation, FailureReason, OperationId, OperationKind } from './parley-client.ts';
import type { Command } from './requests.ts';

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
  readonly state: OperationState;
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

/** What was pending is queued from `nowMs` on. Null for what no version of this code wrote. */
export function decodeOperation(text: string, nowMs: number): Operation | null {
  const entry = parse(text);
  if (!isRecord(entry)) return null;
  const { id, kind, conversation, message, text: body, thread, atMs, failed } = entry;
  if (typeof id !== 'string' || typeof conversation !== 'string' || typeof message !== 'string') return null;
  if (!isKind(kind) || typeof body !== 'string' || typeof atMs !== 'number') return null;
  const state = isFailed(failed) ? failed : queued(nowMs);
  return {
    id,
    kind,
    conversation,
    message,
    text: body,
    thread: typeof thread === 'string' ? thread : null,
    atMs,
    state,
  };
}

const KINDS: readonly string[] = ['send', 'edit', 'delete', 'react', 'unreact'] satisfies OperationKind[];

function isKind(value: unknown): value is OperationKind {
  return typeof value === 'string' && KINDS.includes(value);
}

function isFailed(value: unknown): value is Extract<OperationState, { name: 'failed' }> {
  return isRecord(value) && value['name'] === 'failed' && typeof value['reason'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
