import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';

/** Discards everything, for tests that check behaviour and not the log. */
export const nullLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const nullMetrics: Metrics = {
  committed: () => undefined,
  delivered: () => undefined,
  gapFilled: () => undefined,
  reconciled: () => undefined,
  busReconnected: () => undefined,
  connectionOpened: () => undefined,
  connectionClosed: () => undefined,
  handshakeRefused: () => undefined,
  commandRefused: () => undefined,
  busConnected: () => undefined,
  busLost: () => undefined,
};
