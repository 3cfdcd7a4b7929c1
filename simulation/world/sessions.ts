import type { Machine } from '@parley/testkit';
import type { Connection } from './connection.ts';
import type { Surroundings } from './surroundings.ts';

/** G7: within this time after a sign-out the session's sockets are closed. */
const REVOKED_WITHIN_MS = 1_000;

/** Who is signed in, and the connections that stand on each session. */
export class Sessions {
  readonly #surroundings: Surroundings;
  readonly #ended = new Set<string>();
  readonly #connections = new Map<Connection, Machine>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  isGood(session: string): boolean {
    return !this.#ended.has(session);
  }

  entered(connection: Connection, machine: Machine): void {
    this.#connections.set(connection, machine);
  }

  left(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** The session is over; whoever asked for that tells the bus. */
  end(session: string): void {
    this.#ended.add(session);
  }

  /** The bus was told: from now on the promise holds. */
  revoked(session: string): void {
    const { clock, violate } = this.#surroundings;
    clock.after(REVOKED_WITHIN_MS, () => {
      for (const [connection, machine] of this.#connections) {
        if (connection.caller.session !== session || connection.serverIsClosing || !machine.isRunning) continue;
        violate('G7 revocation', `${connection.caller.clientId} is still connected 1 s after the session ended`);
      }
    });
  }
}
