import type { HttpErrorCode, UserId } from '@parley/protocol';
import type { Bus } from '#ports/bus.ts';
import { requestClientId } from '../cluster/request-client-id.ts';
import type { ConnectionCounts } from './connection-counts.ts';

/** Who wants to connect, and from where. */
export interface ConnectionRequest {
  readonly clientId: string;
  readonly user: UserId;
  readonly address: string;
}

export interface LimitRefusal {
  readonly code: Extract<HttpErrorCode, 'client_id_taken' | 'too_many_connections'>;
  readonly message: string;
}

/** What was found for a newcomer. To be disposed of once the connection has begun, or will not. */
export interface Reservation extends Disposable {
  /**
   * Null when there is room. Who is connected changes while verdicts are on their way: this is asked again in the very step
   * in which the connection is accepted, or a burst of handshakes would all find room.
   */
  refusal(): LimitRefusal | null;
}

export interface ConnectionLimiter {
  /** Checks the limits, on the other nodes too when there are several; "peek" reserves nothing. */
  reserve(newcomer: ConnectionRequest, use: 'consume' | 'peek'): Promise<Reservation>;
}

export function createConnectionLimiter(deps: {
  readonly registry: ConnectionCounts;
  readonly bus: Bus;
}): ConnectionLimiter {
  const { registry, bus } = deps;
  const whyNoneHere = ({ clientId, user, address }: ConnectionRequest): LimitRefusal | null => {
    if (registry.isTaken(clientId, user)) return TAKEN;
    return registry.isFull(user, clientId, address) ? TOO_MANY : null;
  };
  return {
    async reserve(newcomer, use) {
      const { clientId, user } = newcomer;
      // Held here by the same user, no other node has to be asked again.
      if (whyNoneHere(newcomer) !== null || registry.isHeld(clientId)) {
        return { refusal: () => whyNoneHere(newcomer), [Symbol.dispose]: () => undefined };
      }
      const want = await requestClientId(bus, { clientId, user, use });
      return {
        refusal: () => (want.isDenied() ? TAKEN : whyNoneHere(newcomer)),
        [Symbol.dispose]: () => want[Symbol.dispose](),
      };
    },
  };
}

const TAKEN: LimitRefusal = { code: 'client_id_taken', message: 'another user is connected with this clientId' };
const TOO_MANY: LimitRefusal = { code: 'too_many_connections', message: 'too many connections at once' };
