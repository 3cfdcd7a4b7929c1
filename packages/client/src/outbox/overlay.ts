import type { UserId } from '@parley/protocol';
import type { TimelineMessage } from '../parley-client.ts';
import { reuseIfEqual } from '../structural-sharing.ts';
import { EMPTY_MESSAGE, react, tombstone, unreact } from '../timeline/message-window.ts';
import type { Operation } from './operation.ts';

/** The author of the operations, and the last result: messages that are equal to those in `shown` stay the same objects. */
export interface OverlayContext {
  readonly me: UserId;
  readonly shown: readonly TimelineMessage[];
}

/**
 * Applies the pending operations of a conversation to its confirmed messages, in the user's order. Failed ones are left
 * out. Sends are at the end: first those that are stored, by seq, then the others.
 */
export function overlay(
  confirmed: readonly TimelineMessage[],
  pending: readonly Operation[],
  { me, shown }: OverlayContext,
): readonly TimelineMessage[] {
  const operations = pending.filter(({ state }) => state.name !== 'failed');
  if (operations.length === 0) return confirmed;
  const known = new Set(confirmed.map(({ id }) => id));
  const sends = operations.filter((operation) => operation.kind === 'send' && !known.has(operation.message));
  const changes = Map.groupBy(
    operations.filter(({ kind }) => kind !== 'send'),
    ({ message }) => message,
  );
  const messages = [...confirmed, ...sends.map((send) => pendingMessage(send, me)).toSorted(bySeq)];
  return messages.map((message) => {
    const overlaid = (changes.get(message.id) ?? []).reduce((before, change) => apply(before, change, me), message);
    return overlaid === message && known.has(message.id) ? message : sameIfEqual(overlaid, shown);
  });
}

function pendingMessage(send: Operation, by: UserId): TimelineMessage {
  const { message: id, text: body, thread, atMs, state } = send;
  const position =
    state.name === 'stored'
      ? ({ state: 'sent', seq: state.seq, at: state.at } as const)
      : ({ state: 'pending', seq: null } as const);
  return { ...EMPTY_MESSAGE, id, at: atMs, by, body, thread, ...position };
}

/** Pending messages are last and keep their order: infinity minus infinity is `NaN`, which sorts as equal. */
function bySeq(a: TimelineMessage, b: TimelineMessage): number {
  return (a.seq ?? Number.POSITIVE_INFINITY) - (b.seq ?? Number.POSITIVE_INFINITY);
}

function apply(message: TimelineMessage, operation: Operation, me: UserId): TimelineMessage {
  if (message.deleted) return message;
  return { ...changed(message, operation, me), changing: message.changing || operation.state.name !== 'stored' };
}

function changed(message: TimelineMessage, operation: Operation, me: UserId): TimelineMessage {
  switch (operation.kind) {
    case 'edit':
      return {
        ...message,
        body: operation.text,
        editedAt: operation.state.name === 'stored' ? operation.state.at : operation.atMs,
      };
    case 'delete':
      return tombstone(message);
    case 'react':
      return react(message, operation.text, me);
    case 'unreact':
      return unreact(message, operation.text, me);
    case 'send':
      return message;
  }
}

function sameIfEqual(message: TimelineMessage, shown: readonly TimelineMessage[]): TimelineMessage {
  return reuseIfEqual(shown.findLast(({ id }) => id === message.id) ?? message, message);
}
