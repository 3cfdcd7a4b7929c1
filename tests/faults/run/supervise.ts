import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '@parley/testkit/server-process';

const PATIENCE_MS = 30_000;

/** Starts a server as its supervisor does: again when it ends at once, because its database is away. */
export async function startAgain(server: ServerProcess): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await server.start();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(100);
    }
  }
}
