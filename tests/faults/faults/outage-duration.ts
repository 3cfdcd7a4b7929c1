import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from './fault.ts';

/** A node cuts a connection to NATS that says nothing for 3 to 4 s. */
export const NATS_PATIENCE_MS = 4_200;
/** A node waits 6 s for an answer of PostgreSQL. */
export const POSTGRES_PATIENCE_MS = 6_200;

const LONG_SHARE = 0.12;
const HUSH_SHARE = 0.4;

/**
 * Waits as long as something shall be away: mostly a moment that nobody's patience notices, now and then longer than
 * `patienceMs`, after which nodes give a server up. Now and then everyone falls silent meanwhile: then nothing that is said
 * later shows a node what it missed. Answers the milliseconds.
 */
export async function stayAway({ dice, load }: Pick<Scene, 'dice' | 'load'>, patienceMs: number): Promise<number> {
  const isLong = dice.chance(LONG_SHARE);
  const forMs = Math.round(isLong ? dice.between(patienceMs, patienceMs + 2_500) : dice.between(50, 1_800));
  const hushMs = dice.chance(HUSH_SHARE) ? dice.fraction() * forMs : forMs;
  await sleep(hushMs);
  if (hushMs < forMs) void load.rest();
  await sleep(forMs - hushMs);
  return forMs;
}
