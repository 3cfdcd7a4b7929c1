import { setTimeout as sleep } from 'node:timers/promises';
import type { Trial } from './fault.ts';

/** A node closes a NATS connection after 3 to 4 s without data. */
export const NATS_TIMEOUT_MS = 4_200;
/** A node waits 6 s for a reply of PostgreSQL. */
export const POSTGRES_TIMEOUT_MS = 6_200;

const LONG_SHARE = 0.12;
const IDLE_SHARE = 0.4;

/**
 * Waits for the duration of an outage and returns it in milliseconds. Most outages are short; some exceed `timeoutMs`,
 * after which nodes drop a connection. Sometimes all clients stop writing meanwhile, so that no later message shows a
 * node what it missed.
 */
export async function outageDuration(
  { random, workload }: Pick<Trial, 'random' | 'workload'>,
  timeoutMs: number,
): Promise<number> {
  const isLong = random.chance(LONG_SHARE);
  const forMs = Math.round(isLong ? random.between(timeoutMs, timeoutMs + 2_500) : random.between(50, 1_800));
  const activeMs = random.chance(IDLE_SHARE) ? random.fraction() * forMs : forMs;
  await sleep(activeMs);
  if (activeMs < forMs) void workload.pause();
  await sleep(forMs - activeMs);
  return forMs;
}
