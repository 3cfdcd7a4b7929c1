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

/** What is kept of the operation, with a part of it damaged. */
function damaged(operation: Operation, damage: object): string {
  return JSON.stringify({ ...(JSON.parse(encodeOperation(operation)) as object), ...damage });
}

describe('an operation that was kept', () => {
  test('comes back as it was: queued from now on, or failed', () => {
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
  ])('is queued when %j tells that it failed', (failed) => {
    expect(decodeOperation(damaged(FAILED, { failed }), NOW_MS)?.state).toEqual(queued(NOW_MS));
  });

  test.each([undefined, 7, true, {}, ['m_0']])(
    'has no thread and left with no text where %j stands for them',
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
  ])('is nothing with %j', (damage) => {
    expect(decodeOperation(damaged(SENT, damage), NOW_MS)).toBeNull();
  });

  test.each(['', 'null', '7', '[]', '{"id":'])('is nothing when %j was kept', (text) => {
    expect(decodeOperation(text, NOW_MS)).toBeNull();
  });
});
