import { CLOSE, PING_MS } from '@parley/protocol';
import type { Clock } from '#ports/clock.ts';
import type { Connection } from './connection.ts';

const SWEEP_MS = 1_000;

/**
 * Pings every connection each `PING_MS`. Closes those that were silent for twice as long, and those whose identity has
 * expired. Returns the function that stops it.
 */
export function pingClients(clock: Clock, connections: () => Iterable<Connection>): () => void {
  let stop = (): void => undefined;
  const sweep = (): void => {
    const nowMs = clock.elapsed();
    for (const connection of connections()) check(connection, nowMs, clock.now());
    stop = clock.after(SWEEP_MS, sweep);
  };
  stop = clock.after(SWEEP_MS, sweep);
  return () => stop();
}

function check(connection: Connection, nowMs: number, epochMs: number): void {
  const { expiresAt, lastActivityMs, lastPingMs } = connection;
  if (nowMs - lastActivityMs > 2 * PING_MS) connection.close(CLOSE.silent, 'silent');
  else if (expiresAt !== null && epochMs >= expiresAt) connection.close(CLOSE.sessionEnded, 'expired');
  else if (nowMs - lastPingMs >= PING_MS) connection.ping(nowMs);
}
