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
  /** Run one after the other. Each compares something with the store, and rejects when the store does not answer. */
  readonly reconcilers: readonly (() => Promise<void>)[];
  /** Messages of the other nodes arrive. */
  readonly canReachPeers: () => boolean;
  readonly closeAll: (code: typeof CLOSE.restarting, reason: string) => void;
}

/**
 * The bus may have lost that a session ended, a membership was granted or a cursor moved. So each of several nodes compares
 * the state of its connections with the store, every `RECONCILE_INTERVAL_MS` and whenever the bus reconnects. A node that
 * reaches neither the store nor another node for `ISOLATION_TIMEOUT_MS` closes its connections. Returns the function that
 * stops it.
 */
export function startReconciler(deps: ReconcilerDeps): () => void {
  const { bus, clock, logger, metrics } = deps;
  let state: { readonly name: 'running' | 'closed' } | { readonly name: 'waiting'; readonly undo: () => void };
  let confirmedMs = clock.elapsed();
  let mustRunAgain = false;
  let stopFence = clock.after(RECONCILE_INTERVAL_MS, fenceIfIsolated);

  async function run(): Promise<void> {
    state = { name: 'running' };
    const startedMs = clock.elapsed();
    try {
      for (const reconcile of deps.reconcilers) await reconcile();
      confirmedMs = startedMs;
      metrics.reconciled(clock.elapsed() - startedMs);
      wait(mustRunAgain ? 0 : RECONCILE_INTERVAL_MS);
    } catch (error) {
      logger.warn({ err: error }, 'the connections could not be reconciled with the store');
      wait(RECONCILE_RETRY_MS);
    }
  }

  /** Runs on its own timer, because a reconciliation may hang with the store. */
  function fenceIfIsolated(): void {
    if (deps.canReachPeers()) confirmedMs = Math.max(confirmedMs, clock.elapsed());
    if (clock.elapsed() - confirmedMs > ISOLATION_TIMEOUT_MS) {
      deps.closeAll(CLOSE.restarting, 'neither the store nor another node answers');
    }
    stopFence = clock.after(RECONCILE_INTERVAL_MS, fenceIfIsolated);
  }

  function wait(ms: number): void {
    if (state.name === 'closed') return;
    mustRunAgain = false;
    state = { name: 'waiting', undo: clock.after(ms, () => void run()) };
  }

  const stopListening = bus.onReconnect(() => {
    metrics.busReconnected();
    mustRunAgain = true;
    if (state.name !== 'waiting') return;
    state.undo();
    wait(0);
  });
  state = { name: 'waiting', undo: clock.after(RECONCILE_INTERVAL_MS, () => void run()) };
  return () => {
    stopListening();
    stopFence();
    if (state.name === 'waiting') state.undo();
    state = { name: 'closed' };
  };
}
