import type { ConnectionStatus } from '@parley/client';

/** Nothing is said for so long: most interruptions are shorter. */
const HIDDEN_MS = 3_000;
/** After so long the banner counts down to the next try. */
const COUNTDOWN_MS = 10_000;
const RESTORED_MS = 1_500;

export type BannerState =
  | { readonly name: 'hidden' }
  | { readonly name: 'reconnecting'; readonly isFirst: boolean }
  /** `seconds` to the next try; null while one is under way. */
  | { readonly name: 'countdown'; readonly isFirst: boolean; readonly seconds: number | null }
  | { readonly name: 'restored' };

/** What the banner has seen of the connection. */
export interface Outage {
  /** When the connection was lost, or first asked for; null while there is one. */
  readonly sinceMs: number | null;
  /** Was there ever a connection? */
  readonly isFirst: boolean;
  /** When the connection came back after an outage that the banner had told of. */
  readonly restoredAtMs: number | null;
}

export const NO_OUTAGE: Outage = { sinceMs: null, isFirst: true, restoredAtMs: null };

/** The outage after the connection has changed to `status`. */
export function nextOutage(outage: Outage, status: ConnectionStatus, nowMs: number): Outage {
  switch (status.name) {
    case 'online': {
      const wasShown = !outage.isFirst && outage.sinceMs !== null && nowMs - outage.sinceMs >= HIDDEN_MS;
      return { sinceMs: null, isFirst: false, restoredAtMs: wasShown ? nowMs : outage.restoredAtMs };
    }
    case 'connecting':
    case 'waiting':
      return outage.sinceMs === null ? { ...outage, sinceMs: nowMs, restoredAtMs: null } : outage;
    case 'idle':
    case 'stopped':
      return { ...outage, sinceMs: null, restoredAtMs: null };
    default:
      return status satisfies never;
  }
}

export function bannerState(outage: Outage, status: ConnectionStatus, nowMs: number): BannerState {
  const { sinceMs, isFirst, restoredAtMs } = outage;
  if (sinceMs === null) {
    return { name: restoredAtMs !== null && nowMs - restoredAtMs < RESTORED_MS ? 'restored' : 'hidden' };
  }
  const outageMs = nowMs - sinceMs;
  if (outageMs < HIDDEN_MS) return { name: 'hidden' };
  if (outageMs < COUNTDOWN_MS) return { name: 'reconnecting', isFirst };
  const seconds = status.name === 'waiting' ? Math.max(1, Math.ceil((status.retryAtMs - nowMs) / 1_000)) : null;
  return { name: 'countdown', isFirst, seconds };
}
