import { CLOSE } from '@parley/protocol';
import { RECHECK_MS, RECHECK_RETRY_MS, UNCONFIRMED_MS } from '#limits.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';

export interface ComparisonParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** What is compared with the store, one after the other. Each rejects when the store does not answer. */
  readonly compare: readonly (() => Promise<void>)[];
  /** Other nodes tell this one what ends. */
  readonly isInTouch: () => boolean;
  readonly closeAll: (code: typeof CLOSE.restarting, reason: string) => void;
}

/**
 * The bus is a doorbell: it may have lost that a session ended, a channel was gained, a cursor moved. So a node among
 * several compares what its connections stand on with the store, every `RECHECK_MS` and whenever the bus comes back. When
 * for `UNCONFIRMED_MS` neither the store nor another node could be heard, what nobody can confirm is closed. Returns its
 * undo.
 */
export function startComparison(parts: ComparisonParts): () => void {
  const { bus, clock, logger, metrics } = parts;
  let state: { readonly name: 'running' | 'closed' } | { readonly name: 'waiting'; readonly undo: () => void };
  let confirmedMs = clock.elapsed();
  let isWantedAgain = false;
  let stopWatch = clock.after(RECHECK_MS, closeUnconfirmed);

  async function run(): Promise<void> {
    state = { name: 'running' };
    const startedMs = clock.elapsed();
    try {
      for (const compare of parts.compare) await compare();
      confirmedMs = startedMs;
      metrics.compared(clock.elapsed() - startedMs);
      wait(isWantedAgain ? 0 : RECHECK_MS);
    } catch (error) {
      logger.warn({ err: error }, 'the connections could not be compared with the store');
      wait(RECHECK_RETRY_MS);
    }
  }

  /** Beside the comparison, which may hang with the store. */
  function closeUnconfirmed(): void {
    if (parts.isInTouch()) confirmedMs = Math.max(confirmedMs, clock.elapsed());
    if (clock.elapsed() - confirmedMs > UNCONFIRMED_MS) {
      parts.closeAll(CLOSE.restarting, 'neither the store nor another node answers');
    }
    stopWatch = clock.after(RECHECK_MS, closeUnconfirmed);
  }

  function wait(ms: number): void {
    if (state.name === 'closed') return;
    isWantedAgain = false;
    state = { name: 'waiting', undo: clock.after(ms, () => void run()) };
  }

  const forgetReturn = bus.onReturn(() => {
    metrics.busReturned();
    isWantedAgain = true;
    if (state.name !== 'waiting') return;
    state.undo();
    wait(0);
  });
  state = { name: 'waiting', undo: clock.after(RECHECK_MS, () => void run()) };
  return () => {
    forgetReturn();
    stopWatch();
    if (state.name === 'waiting') state.undo();
    state = { name: 'closed' };
  };
}
