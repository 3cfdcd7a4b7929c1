import { describe, expect, test } from 'vitest';
import type { OperationKind, TimelineMessage } from '../parley-client.ts';
import { type Operation, type OperationState, queued } from './operation.ts';
import { overlay } from './overlay.ts';

const ME = 'u_me';

function confirmed(id: string, seq: number, more: Partial<TimelineMessage> = {}): TimelineMessage {
  const blank = { deleted: false, editedAt: null, thread: null, mentions: [], reactions: [], changing: false };
  return { id, state: 'sent', seq, at: seq, by: 'u_other', body: id, ...blank, ...more };
}

function pending(what: readonly [OperationKind, string, string], state: OperationState = queued(0)): Operation {
  const [kind, message, text] = what;
  const id = kind === 'send' ? message : `${kind} ${message} ${text}`;
  const operation = { id, kind, conversation: 'c', message, text, thread: null };
  return { ...operation, atMs: 99, sentText: null, state };
}

const lay = (
  messages: readonly TimelineMessage[],
  operations: readonly Operation[],
  shown: readonly TimelineMessage[] = [],
) => overlay(messages, operations, { me: ME, shown });

const LOG = [confirmed('a', 1), confirmed('b', 2)];

describe('overlay', () => {
  test('an overlay without operations is the confirmed array itself', () => {
    expect(lay(LOG, [])).toBe(LOG);
    expect(lay(LOG, [pending(['send', 'x', 'x'], { name: 'failed', reason: 'timeout', failedAtMs: 0 })])).toBe(LOG);
  });

  test('a message without operations stays the same object', () => {
    const result = lay(LOG, [pending(['edit', 'a', 'A']), pending(['send', 'x', 'x'])]);
    expect(result[1]).toBe(LOG[1]);
    expect(result.map(({ body }) => body)).toEqual(['A', 'b', 'x']);
  });

  test('a message stays the same object when its operation changes invisibly', () => {
    const before = lay(LOG, [pending(['react', 'b', '👍']), pending(['send', 'x', 'x'])]);
    const sending: OperationState = { name: 'sending', sinceMs: 5, tries: 1, refusal: null };
    const after = lay(LOG, [pending(['react', 'b', '👍'], sending), pending(['send', 'x', 'x'], sending)], before);
    expect(after.every((message, index) => message === before[index])).toBe(true);
  });

  test('stored sends come before pending ones, with the server’s seq and time', () => {
    const stored: OperationState = { name: 'stored', channel: 'c', seq: 3, at: 33 };
    const result = lay(LOG, [pending(['send', 'x', 'x'], stored), pending(['send', 'y', 'y'])]);
    expect(result.slice(2)).toMatchObject([
      { id: 'x', state: 'sent', seq: 3, at: 33, by: ME },
      { id: 'y', state: 'pending', seq: null, at: 99, by: ME },
    ]);
  });

  test('stored sends are in the order of the log, even if a retry was stored before earlier ones', () => {
    const stored = (seq: number): OperationState => ({ name: 'stored', channel: 'c', seq, at: seq });
    const result = lay(LOG, [
      pending(['send', 'y', 'y']),
      pending(['send', 'x4', 'x'], stored(4)),
      pending(['send', 'x3', 'x'], stored(3)),
      pending(['send', 'z', 'z']),
    ]);
    expect(result.map(({ id }) => id)).toEqual(['a', 'b', 'x3', 'x4', 'y', 'z']);
  });

  test('a message is shown once, even if its event arrived before its ok', () => {
    expect(lay([confirmed('x', 1)], [pending(['send', 'x', 'x'])])).toEqual([confirmed('x', 1)]);
  });

  test('the operations of one message are applied in order', () => {
    const [message] = lay(LOG, [
      pending(['edit', 'a', '1']),
      pending(['edit', 'a', '2']),
      pending(['react', 'a', '👍']),
    ]);
    expect(message).toMatchObject({ body: '2', changing: true, reactions: [{ emoji: '👍', users: [ME] }] });
  });

  test('a tombstone stays one, whatever operations are pending for it', () => {
    const log = [confirmed('a', 1, { deleted: true, body: '' })];
    expect(lay(log, [pending(['edit', 'a', 'zombie']), pending(['react', 'a', '👍'])])).toEqual(log);
    const [message] = lay(LOG, [pending(['delete', 'a', '']), pending(['edit', 'a', 'zombie'])]);
    expect(message).toMatchObject({ deleted: true, body: '', changing: true });
  });

  test('an operation of a message that is not loaded is ignored', () => {
    expect(lay(LOG, [pending(['edit', 'elsewhere', 'x'])])).toEqual(LOG);
  });
});
