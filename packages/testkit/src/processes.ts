import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';

/** Programs that tests start beside themselves. */

/** True also for one that could not be started. */
export function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null || pid === undefined;
}

/** Sends `signal`, waits for the end, and kills after `patienceMs`. A process that was stopped is let go on. */
export async function endProcess(
  child: ChildProcess,
  { signal, patienceMs }: { readonly signal: NodeJS.Signals; readonly patienceMs: number },
): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  // A stopped one hears nothing else until it goes on.
  child.kill('SIGCONT');
  const patience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(patience);
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Below the ports that Linux gives to clients: between the look and the use, no connection can take one of these. */
const PORTS = { first: 10_000, count: 20_000 };

/** A TCP port of 127.0.0.1 on which nobody listened a moment ago, drawn at random: others may be looking as well. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
