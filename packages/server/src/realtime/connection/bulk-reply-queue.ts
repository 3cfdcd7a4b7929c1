import { ANSWERS_WAITING_BYTES } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Connection } from './connection.ts';

const LOOK_AGAIN_MS = 20;

/**
 * Questions with large answers take turns, and the next has to wait while earlier answers are still on their way. So a
 * slow line that comes back to many channels gets them at its own pace, and isn't mistaken for a reader who doesn't read.
 */
export function createQuestionTurns(
  connection: Pick<Connection, 'isClosed' | 'waitingBytes'>,
  clock: Pick<Clock, 'after'>,
): <T>(answer: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();

  async function drained(): Promise<void> {
    while (!connection.isClosed && connection.waitingBytes > ANSWERS_WAITING_BYTES) {
      await new Promise<void>((resolve) => clock.after(LOOK_AGAIN_MS, resolve));
    }
  }

  return (answer) => {
    const turn = last.then(drained).then(answer);
    last = turn.catch(() => undefined);
    return turn;
  };
}
