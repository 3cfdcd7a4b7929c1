import { describe, expect, test } from 'vitest';
import { decodeOperation, encodeOperation, newOperation, queued, type Operation } from './operation.ts';

const NOW_MS = 5_000;
const SENT: Operation = {
  ...newOperation(
    { id: 'm_1', kind: 'send', conversation: 'c_1', message: 'm_1', text: 'hello', thread: 'm_0' },
    1_000,
  ),
  sentText: 'hullo',
};
const FAILED: Operation = { ...SENT, state: { name: 'failed', reason: 'timeout', failedAtMs: 2_000 } };

/** The stored text of the operation with some fields replaced. */
function damaged(operation: Operation, damage: object): string {
  return JSON.stringify({ ...(JSON.parse(encodeOperation(operation)) as object), ...damage });
}

describe('a stored operation', () => {
  test('a stored operation is restored as queued from now, or as failed', () => {
    expect(decodeOperation(encodeOperation(SENT), NOW_MS)).toEqual({ ...SENT, state: queued(NOW_MS) });
    expect(decodeOperation(encodeOperation(FAILED), NOW_MS)).toEqual(FAILED);
  });

  test.each([
    true,
    'failed',
    [],
    {},
    { name: 'sending', reason: 'timeout', failedAtMs: 2_000 },
    { name: 'failed', failedAtMs: 2_000 },
    { name: 'failed', reason: 7, failedAtMs: 2_000 },
    { name: 'failed', reason: 'timeout', failedAtMs: 'then' },
  ])('a stored operation with the unreadable failure %j is queued', (failed) => {
    expect(decodeOperation(damaged(FAILED, { failed }), NOW_MS)?.state).toEqual(queued(NOW_MS));
  });

  test.each([undefined, 7, true, {}, ['m_0']])(
    'a stored operation with %j for its optional fields has no thread and no sent text',
    (value) => {
      const back = decodeOperation(damaged(SENT, { thread: value, sentText: value }), NOW_MS);
      expect(back).toEqual({ ...SENT, thread: null, sentText: null, state: queued(NOW_MS) });
    },
  );

  test.each([
    { id: 7 },
    { kind: 'shout' },
    { conversation: null },
    { message: {} },
    { text: undefined },
    { atMs: '1' },
  ])('a stored operation with %j is not restored', (damage) => {
    expect(decodeOperation(damaged(SENT, damage), NOW_MS)).toBeNull();
  });

  test.each(['', 'null', '7', '[]', '{"id":'])('the stored text %j is not restored', (text) => {
    expect(decodeOperation(text, NOW_MS)).toBeNull();
  });
});
