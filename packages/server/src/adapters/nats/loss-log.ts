import { BUS_WARNING_INTERVAL_MS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';

/** The reasons why a message is lost, each with its warning. An outage is logged elsewhere. */
const WARNINGS = {
  away: null,
  congested: 'NATS is too slow: messages for other nodes are dropped',
  'too-large': 'the NATS server rejects messages of this size: raise its max_payload to 1 MB',
  foreign: 'a message on the bus is not from a node with our secret: it is ignored',
  malformed: 'a message on the bus has a format that this version does not know: it is ignored',
  'not-allowed': 'NATS denies a permission: this user must be allowed to publish and subscribe to parley.>',
} as const;

export type Loss = keyof typeof WARNINGS;

export interface LossLog {
  count(loss: Loss, details?: object): void;
}

/** Counts every loss, and rate-limits the warnings of each reason: flooding the bus must not flood the log. */
export function createLossLog(deps: {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): LossLog {
  const { clock, logger, metrics } = deps;
  const logged = new Map<Loss, { atMs: number; since: number }>();
  return {
    count(loss, details = {}) {
      metrics.busLost(loss);
      const warning = WARNINGS[loss];
      if (warning === null) return;
      const nowMs = clock.elapsed();
      const last = logged.get(loss);
      const messages = (last?.since ?? 0) + 1;
      if (last !== undefined && nowMs - last.atMs < BUS_WARNING_INTERVAL_MS) {
        last.since = messages;
        return;
      }
      logged.set(loss, { atMs: nowMs, since: 0 });
      logger.warn({ ...details, messages }, warning);
    },
  };
}
