import type { ConnectionStatus } from '@parley/client';

/** Shorter outages are not shown: most interruptions end sooner. */
const HIDDEN_MS = 3_000;
/** From then on the banner counts down to the next attempt. */
const COUNTDOWN_MS = 10_000;
const RESTORED_MS = 1_500;

export type BannerState =
  | { readonly name: 'hidden' }
  | { readonly name: 'reconnecting'; readonly isFirst: boolean }
  /** `seconds` until the next attempt. Null while one is running. */
  | { readonly name: 'countdown'; readonly isFirst: boolean; readonly seconds: number | null }
  | { readonly name: 'restored' };

/** The history of the connection that the banner depends on. */
export interface Outage {
  /** When the connection was lost or first requested. Null while it is online. */
  readonly sinceMs: number | null;
  /** Whether the page has never been connected yet. */
  readonly isFirst: boolean;
  /** When the connection was restored after an outage that the banner had shown. */
  readonly restoredAtMs: number | null;
}

export const NO_OUTAGE: Outage = { sinceMs: null, isFirst: true, restoredAtMs: null };

/** The outage after the connection status has changed to `status`. */
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
