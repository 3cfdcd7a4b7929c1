import type { HttpErrorCode, UserId } from '@parley/protocol';
import type { Bus } from '#ports/bus.ts';
import { wantClientId } from '../cluster/request-client-id.ts';
import type { Registry } from './connection-counts.ts';

/** Who wants to connect, and from where. */
export interface Newcomer {
  readonly clientId: string;
  readonly user: UserId;
  readonly address: string;
}

export interface NoRoom {
  readonly code: Extract<HttpErrorCode, 'client_id_taken' | 'too_many_connections'>;
  readonly message: string;
}

/** What was found for a newcomer. To be disposed of once the connection has begun, or will not. */
export interface Place extends Disposable {
  /**
   * Null when there is room. Who is connected changes while verdicts are on their way: this is asked again in the very step
   * in which the connection is accepted, or a burst of handshakes would all find room.
   */
  whyNone(): NoRoom | null;
}

export interface Room {
  /** Looks for a place, among several nodes on the others too; "look" keeps none from anybody. */
  seek(newcomer: Newcomer, use: 'spend' | 'look'): Promise<Place>;
}

export function createRoom(parts: { readonly registry: Registry; readonly bus: Bus }): Room {
  const { registry, bus } = parts;
  const whyNoneHere = ({ clientId, user, address }: Newcomer): NoRoom | null => {
    if (registry.isTaken(clientId, user)) return TAKEN;
    return registry.isFull(user, clientId, address) ? TOO_MANY : null;
  };
  return {
    async seek(newcomer, use) {
      const { clientId, user } = newcomer;
      // Held here by the same user, no other node has to be asked again.
      if (whyNoneHere(newcomer) !== null || registry.isHeld(clientId)) {
        return { whyNone: () => whyNoneHere(newcomer), [Symbol.dispose]: () => undefined };
      }
      const want = await wantClientId(bus, { clientId, user, use });
      return {
        whyNone: () => (want.isLost() ? TAKEN : whyNoneHere(newcomer)),
        [Symbol.dispose]: () => want[Symbol.dispose](),
      };
    },
  };
}

const TAKEN: NoRoom = { code: 'client_id_taken', message: 'another user is connected with this clientId' };
const TOO_MANY: NoRoom = { code: 'too_many_connections', message: 'too many connections at once' };
