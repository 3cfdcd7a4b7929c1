import { BULK_REPLY_HIGH_WATER_BYTES } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Connection } from './connection.ts';

const POLL_MS = 20;

/**
 * Questions with large answers take turns, and the next has to wait while earlier answers are still on their way. So a
 * slow line that comes back to many channels gets them at its own pace, and isn't mistaken for a reader who doesn't read.
 */
export function createBulkReplyQueue(
  connection: Pick<Connection, 'isClosed' | 'queuedBytes'>,
  clock: Pick<Clock, 'after'>,
): <T>(answer: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();

  async function drained(): Promise<void> {
    while (!connection.isClosed && connection.queuedBytes > BULK_REPLY_HIGH_WATER_BYTES) {
      await new Promise<void>((resolve) => clock.after(POLL_MS, resolve));
    }
  }

  return (answer) => {
    const turn = last.then(drained).then(answer);
    last = turn.catch(() => undefined);
    return turn;
  };
}
