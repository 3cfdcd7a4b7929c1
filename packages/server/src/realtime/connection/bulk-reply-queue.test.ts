import { expect, test } from 'vitest';
import { BULK_REPLY_HIGH_WATER_BYTES } from '#limits.ts';
import { createBulkReplyQueue } from './bulk-reply-queue.ts';

/** A connection whose send queue the test fills and drains, and a clock that the test advances. */
function slowConnection() {
  const tasks: (() => void)[] = [];
  const line = { queuedBytes: 0, isClosed: false };
  const enqueue = createBulkReplyQueue(line, {
    after(_delayMs, task) {
      tasks.push(task);
      return () => undefined;
    },
  });
  async function tick(): Promise<void> {
    for (const task of tasks.splice(0)) task();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
  return { line, enqueue, tick };
}

test('[SY11] a command waits until the replies before it were sent', async () => {
  const { line, enqueue, tick } = slowConnection();
  const started: number[] = [];
  const run = (name: number) =>
    enqueue(async () => {
      started.push(name);
      line.queuedBytes += BULK_REPLY_HIGH_WATER_BYTES + 1;
    });
  void run(1);
  void run(2);
  await tick();
  await tick();
  expect(started).toEqual([1]);
  line.queuedBytes = 0;
  await tick();
  expect(started).toEqual([1, 2]);
});

test('[SY11] a failed command does not block the next one', async () => {
  const { enqueue } = slowConnection();
  const failed = enqueue(() => Promise.reject(new Error('no')));
  const next = enqueue(() => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('a command does not wait for a closed connection', async () => {
  const { line, enqueue, tick } = slowConnection();
  line.queuedBytes = BULK_REPLY_HIGH_WATER_BYTES + 1;
  const command = enqueue(() => Promise.resolve('done'));
  await tick();
  line.isClosed = true;
  await tick();
  expect(await command).toBe('done');
});
