import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';

/** A logger for tests that look at behaviour, not at what is logged. */
export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const uncounted: Metrics = {
  committed: () => undefined,
  delivered: () => undefined,
  gapFilled: () => undefined,
  compared: () => undefined,
  busReturned: () => undefined,
  connectionOpened: () => undefined,
  connectionClosed: () => undefined,
  handshakeRefused: () => undefined,
  commandRefused: () => undefined,
  busConnected: () => undefined,
  busLost: () => undefined,
};
