import { CLOSE } from '@parley/protocol';
import { RECONCILE_INTERVAL_MS, RECONCILE_RETRY_MS, ISOLATION_TIMEOUT_MS } from '#limits.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';

export interface ReconcilerDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** What is compared with the store, one after the other. Each rejects when the store does not answer. */
  readonly compare: readonly (() => Promise<void>)[];
  /** Other nodes tell this one what ends. */
  readonly canReachPeers: () => boolean;
  readonly closeAll: (code: typeof CLOSE.restarting, reason: string) => void;
}

/**
 * The bus is a doorbell: it may have lost that a session ended, a channel was gained, a cursor moved. So a node among
 * several compares what its connections stand on with the store, every `RECHECK_MS` and whenever the bus comes back. When
 * for `UNCONFIRMED_MS` neither the store nor another node could be heard, what nobody can confirm is closed. Returns its
 * undo.
 */
export function startReconciler(deps: ReconcilerDeps): () => void {
  const { bus, clock, logger, metrics } = deps;
  let state: { readonly name: 'running' | 'closed' } | { readonly name: 'waiting'; readonly undo: () => void };
  let confirmedMs = clock.elapsed();
  let isWantedAgain = false;
  let stopWatch = clock.after(RECONCILE_INTERVAL_MS, fenceIfIsolated);

  async function run(): Promise<void> {
    state = { name: 'running' };
    const startedMs = clock.elapsed();
    try {
      for (const compare of deps.compare) await compare();
      confirmedMs = startedMs;
      metrics.reconciled(clock.elapsed() - startedMs);
      wait(isWantedAgain ? 0 : RECONCILE_INTERVAL_MS);
    } catch (error) {
      logger.warn({ err: error }, 'the connections could not be compared with the store');
      wait(RECONCILE_RETRY_MS);
    }
  }

  /** Beside the comparison, which may hang with the store. */
  function fenceIfIsolated(): void {
    if (deps.canReachPeers()) confirmedMs = Math.max(confirmedMs, clock.elapsed());
    if (clock.elapsed() - confirmedMs > ISOLATION_TIMEOUT_MS) {
      deps.closeAll(CLOSE.restarting, 'neither the store nor another node answers');
    }
    stopWatch = clock.after(RECONCILE_INTERVAL_MS, fenceIfIsolated);
  }

  function wait(ms: number): void {
    if (state.name === 'closed') return;
    isWantedAgain = false;
    state = { name: 'waiting', undo: clock.after(ms, () => void run()) };
  }

  const forgetReturn = bus.onReconnect(() => {
    metrics.busReconnected();
    isWantedAgain = true;
    if (state.name !== 'waiting') return;
    state.undo();
    wait(0);
  });
  state = { name: 'waiting', undo: clock.after(RECONCILE_INTERVAL_MS, () => void run()) };
  return () => {
    forgetReturn();
    stopWatch();
    if (state.name === 'waiting') state.undo();
    state = { name: 'closed' };
  };
}
