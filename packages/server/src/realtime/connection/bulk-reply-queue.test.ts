import { expect, test } from 'vitest';
import { BULK_REPLY_HIGH_WATER_BYTES } from '#limits.ts';
import { createBulkReplyQueue } from './bulk-reply-queue.ts';

/** A connection whose buffer the test fills and drains, and a clock that the test moves. */
function slowLine() {
  const tasks: (() => void)[] = [];
  const line = { queuedBytes: 0, isClosed: false };
  const inTurn = createBulkReplyQueue(line, {
    after(_delayMs, task) {
      tasks.push(task);
      return () => undefined;
    },
  });
  async function tick(): Promise<void> {
    for (const task of tasks.splice(0)) task();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
  return { line, inTurn, tick };
}

test('[SY11] a question waits until the answers before it have left', async () => {
  const { line, inTurn, tick } = slowLine();
  const begun: number[] = [];
  const ask = (name: number) =>
    inTurn(async () => {
      begun.push(name);
      line.queuedBytes += BULK_REPLY_HIGH_WATER_BYTES + 1;
    });
  void ask(1);
  void ask(2);
  await tick();
  await tick();
  expect(begun).toEqual([1]);
  line.queuedBytes = 0;
  await tick();
  expect(begun).toEqual([1, 2]);
});

test('[SY11] one that fails does not hold the next one up', async () => {
  const { inTurn } = slowLine();
  const failed = inTurn(() => Promise.reject(new Error('no')));
  const next = inTurn(() => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('nothing waits for a connection that has gone', async () => {
  const { line, inTurn, tick } = slowLine();
  line.queuedBytes = BULK_REPLY_HIGH_WATER_BYTES + 1;
  const question = inTurn(() => Promise.resolve('done'));
  await tick();
  line.isClosed = true;
  await tick();
  expect(await question).toBe('done');
});
