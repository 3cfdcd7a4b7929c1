import { RECONCILE_INTERVAL_MS } from '@parley/server/testing';
import type { SimulatedProcess } from '@parley/testkit';
import type { Connection } from './connection.ts';
import type { SimContext } from './context.ts';

/** G7: within this time after a sign-out the session's sockets are closed, when the bus works. */
const REVOKED_WITHIN_MS = 1_000;
/** When it does not, the nodes compare with the store: so long after it answers, at most. */
const COMPARED_WITHIN_MS = RECONCILE_INTERVAL_MS + 2_500;
const POLL_MS = 250;
/** A store that answers within this is well. */
const HEALTHY_STORE_MS = 100;

/** Who is signed in, and the connections that stand on each session. */
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

  /** The session is over; whoever asked for that tells the bus. */
  end(session: string): void {
    this.#ended.add(session);
  }

  /** The bus was told: from now on the promise holds. */
  revoked(session: string): void {
    const { clock, faultFreeMs, count } = this.#context;
    const revokedMs = clock.elapsed();
    clock.after(REVOKED_WITHIN_MS, () => {
      // Where there is one node, there is no bus that could fail.
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
      if (healthyMs > COMPARED_WITHIN_MS) {
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
