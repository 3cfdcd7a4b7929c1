import { setTimeout as sleep } from 'node:timers/promises';
import type { Trial } from './fault.ts';

/** A node cuts a connection to NATS that says nothing for 3 to 4 s. */
export const NATS_TIMEOUT_MS = 4_200;
/** A node waits 6 s for an answer of PostgreSQL. */
export const POSTGRES_TIMEOUT_MS = 6_200;

const LONG_SHARE = 0.12;
const IDLE_SHARE = 0.4;

/**
 * Waits as long as something shall be away: mostly a moment that nobody's patience notices, now and then longer than
 * `patienceMs`, after which nodes give a server up. Now and then everyone falls silent meanwhile: then nothing that is said
 * later shows a node what it missed. Answers the milliseconds.
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
