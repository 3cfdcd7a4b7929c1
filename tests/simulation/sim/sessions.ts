import { RECONCILE_INTERVAL_MS } from '@parley/server/testing';
import type { SimulatedProcess } from '@parley/testkit';
import type { Connection } from './connection.ts';
import type { SimContext } from './context.ts';

/** G7: with a working bus, the session's sockets are closed within this time after a sign-out. */
const REVOKED_WITHIN_MS = 1_000;
/** Without the bus, nodes reconcile with the store. They do so within this time of the store working. */
const RECONCILED_WITHIN_MS = RECONCILE_INTERVAL_MS + 2_500;
const POLL_MS = 250;
/** A store with at most this latency is healthy. */
const HEALTHY_STORE_MS = 100;

/** Active sessions and their connections. */
export class Sessions {
  readonly #context: SimContext;
  readonly #isClustered: boolean;
  readonly #ended = new Set<string>();
  readonly #connections = new Map<Connection, SimulatedProcess>();

  constructor(context: SimContext, isClustered: boolean) {
    this.#context = context;
    this.#isClustered = isClustered;
  }

  isActive(session: string): boolean {
    return !this.#ended.has(session);
  }

  add(connection: Connection, process: SimulatedProcess): void {
    this.#connections.set(connection, process);
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** Ends the session. The caller publishes that to the bus. */
  end(session: string): void {
    this.#ended.add(session);
  }

  /** Call after publishing to the bus: from now on the promise holds. */
  revoked(session: string): void {
    const { clock, faultFreeMs, count } = this.#context;
    const revokedMs = clock.elapsed();
    clock.after(REVOKED_WITHIN_MS, () => {
      // A single node has no bus that could fail.
      if (!this.#isClustered || faultFreeMs() > REVOKED_WITHIN_MS) {
        this.#reportOpenConnections(session, '1 s after the session ended');
      }
    });
    if (!this.#isClustered) return;
    let lastFaultMs = revokedMs;
    const poll = (): void => {
      const left = this.#connectionsOf(session);
      if (left.length === 0) return;
      const { storeFails, storeSlow, storeMs } = this.#context.conditions;
      const isStoreHealthy = storeFails === 0 && storeSlow === 0 && storeMs[1] <= HEALTHY_STORE_MS;
      if (!isStoreHealthy || left.some(([, process]) => !process.isRunning)) lastFaultMs = clock.elapsed();
      const healthyMs = clock.elapsed() - lastFaultMs;
      if (healthyMs > REVOKED_WITHIN_MS) count('sign-out that the bus did not deliver');
      if (healthyMs > RECONCILED_WITHIN_MS) {
        this.#reportOpenConnections(session, `${healthyMs} ms after the session ended`);
      } else clock.after(POLL_MS, poll);
    };
    poll();
  }

  #connectionsOf(session: string): (readonly [Connection, SimulatedProcess])[] {
    return [...this.#connections].filter(
      ([connection]) => connection.caller.session === session && !connection.serverIsClosing,
    );
  }

  #reportOpenConnections(session: string, when: string): void {
    for (const [connection, process] of this.#connectionsOf(session)) {
      if (!process.isRunning) continue;
      this.#context.reportViolation('G7 revocation', `${connection.caller.clientId} is still connected ${when}`);
    }
  }
}
