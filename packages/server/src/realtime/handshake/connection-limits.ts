import type { HttpErrorCode, UserId } from '@parley/protocol';
import type { Bus } from '#ports/bus.ts';
import { requestClientId } from '../cluster/request-client-id.ts';
import type { ConnectionCounts } from './connection-counts.ts';

export interface ConnectionRequest {
  readonly clientId: string;
  readonly user: UserId;
  readonly address: string;
}

export interface LimitRefusal {
  readonly code: Extract<HttpErrorCode, 'client_id_taken' | 'too_many_connections'>;
  readonly message: string;
}

/** A checked connection request. Must be disposed of once the connection is open, or will not be opened. */
export interface Reservation extends Disposable {
  /**
   * Null while the limits allow the connection. The counts change during a handshake, so this is checked again in the step
   * that opens the connection: otherwise a burst of handshakes would pass the limits together.
   */
  refusal(): LimitRefusal | null;
}

export interface ConnectionLimiter {
  /** Checks the limits, on the other nodes too when there are several; "peek" reserves nothing. */
  reserve(request: ConnectionRequest, use: 'consume' | 'peek'): Promise<Reservation>;
}

export function createConnectionLimiter(deps: {
  readonly counts: ConnectionCounts;
  readonly bus: Bus;
}): ConnectionLimiter {
  const { counts, bus } = deps;
  const localRefusal = ({ clientId, user, address }: ConnectionRequest): LimitRefusal | null => {
    if (counts.isTaken(clientId, user)) return TAKEN;
    return counts.isFull(user, clientId, address) ? TOO_MANY : null;
  };
  return {
    async reserve(request, use) {
      const { clientId, user } = request;
      // When this user holds the clientId here, no other node has to be asked.
      if (localRefusal(request) !== null || counts.isHeld(clientId)) {
        return { refusal: () => localRefusal(request), [Symbol.dispose]: () => undefined };
      }
      const clientIdRequest = await requestClientId(bus, { clientId, user, use });
      return {
        refusal: () => (clientIdRequest.isDenied() ? TAKEN : localRefusal(request)),
        [Symbol.dispose]: () => clientIdRequest[Symbol.dispose](),
      };
    },
  };
}

const TAKEN: LimitRefusal = { code: 'client_id_taken', message: 'another user is connected with this clientId' };
const TOO_MANY: LimitRefusal = { code: 'too_many_connections', message: 'too many connections at once' };
