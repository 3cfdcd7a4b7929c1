import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '@parley/testkit/server-process';

const TIMEOUT_MS = 30_000;

/** Starts a server like a supervisor: retries while it exits at once because its database is unavailable. */
export async function startAgain(server: ServerProcess): Promise<void> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return await server.start();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(100);
    }
  }
}
