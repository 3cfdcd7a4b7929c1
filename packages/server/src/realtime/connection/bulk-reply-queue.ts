import { BULK_REPLY_HIGH_WATER_BYTES } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Connection } from './connection.ts';

const POLL_MS = 20;

/**
 * Queues the commands of one connection that have large replies: the next one starts when the send queue has drained below
 * the high-water mark. So a slow client that reconnects to many channels gets them at its own pace, and is not closed as a
 * slow consumer.
 */
export function createBulkReplyQueue(
  connection: Pick<Connection, 'isClosed' | 'queuedBytes'>,
  clock: Pick<Clock, 'after'>,
): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();

  async function drained(): Promise<void> {
    while (!connection.isClosed && connection.queuedBytes > BULK_REPLY_HIGH_WATER_BYTES) {
      await new Promise<void>((resolve) => clock.after(POLL_MS, resolve));
    }
  }

  return (run) => {
    const reply = last.then(drained).then(run);
    last = reply.catch(() => undefined);
    return reply;
  };
}
