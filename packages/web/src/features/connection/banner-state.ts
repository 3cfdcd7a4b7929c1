import type { ConnectionStatus } from '@parley/client';

/** Nothing is said for so long: most interruptions are shorter. */
const QUIET_MS = 3_000;
/** After so long the banner counts down to the next try. */
const COUNTDOWN_MS = 10_000;
const BACK_MS = 1_500;

export type BannerState =
  | { readonly name: 'hidden' }
  | { readonly name: 'reconnecting'; readonly first: boolean }
  /** `seconds` to the next try; null while one is under way. */
  | { readonly name: 'countdown'; readonly first: boolean; readonly seconds: number | null }
  | { readonly name: 'back' };

/** What the banner has seen of the connection. */
export interface Outage {
  /** When the connection was lost, or first asked for; null while there is one. */
  readonly sinceMs: number | null;
  /** Was there ever a connection? */
  readonly first: boolean;
  /** When the connection came back after an outage that the banner had told of. */
  readonly backAtMs: number | null;
}

export const NO_OUTAGE: Outage = { sinceMs: null, first: true, backAtMs: null };

/** The outage after the connection has changed to `status`. */
export function stepOutage(outage: Outage, status: ConnectionStatus, nowMs: number): Outage {
  switch (status.name) {
    case 'online': {
      const told = !outage.first && outage.sinceMs !== null && nowMs - outage.sinceMs >= QUIET_MS;
      return { sinceMs: null, first: false, backAtMs: told ? nowMs : outage.backAtMs };
    }
    case 'connecting':
    case 'waiting':
      return outage.sinceMs === null ? { ...outage, sinceMs: nowMs, backAtMs: null } : outage;
    case 'idle':
    case 'stopped':
      return { ...outage, sinceMs: null, backAtMs: null };
    default:
      return status satisfies never;
  }
}

export function bannerState(outage: Outage, status: ConnectionStatus, nowMs: number): BannerState {
  const { sinceMs, first, backAtMs } = outage;
  if (sinceMs === null) {
    return { name: backAtMs !== null && nowMs - backAtMs < BACK_MS ? 'back' : 'hidden' };
  }
  const awayMs = nowMs - sinceMs;
  if (awayMs < QUIET_MS) return { name: 'hidden' };
  if (awayMs < COUNTDOWN_MS) return { name: 'reconnecting', first };
  const seconds = status.name === 'waiting' ? Math.max(1, Math.ceil((status.retryAtMs - nowMs) / 1_000)) : null;
  return { name: 'countdown', first, seconds };
}
