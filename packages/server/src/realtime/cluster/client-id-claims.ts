import { CLOSE, type UserId } from '@parley/protocol';
import type { Bus, Claim, ClientIdMessage } from '#ports/bus.ts';
import type { Connection } from '../connection/connection.ts';
import type { StoreClock } from './store-clock.ts';

export interface ClaimsDeps {
  readonly bus: Bus;
  readonly storeClock: StoreClock;
  readonly connectionsOf: (user: UserId) => Iterable<Connection>;
}

/**
 * Decides which connection holds a `clientId`, over all nodes: of one user the newest one ([HS2]), of several users the first
 * one ([HS3]). A claim is published when the connection opens and repeatedly after that, so a lost one is replaced. It is
 * timed by the store's clock, so a late or duplicated claim of an older connection does not close the newer one.
 */
export interface ClientIdClaims {
  /** Claims the `clientId` for a new connection, which then replies to requests for it. */
  claim(connection: Connection): void;
  /** The connection is closed. */
  release(connection: Connection): void;
  /** Publishes the claims of the user's connections here again. */
  renew(user: UserId): void;
}

export function createClientIdClaims({ bus, storeClock, connectionsOf }: ClaimsDeps): ClientIdClaims {
  const undos = new Map<Connection, () => void>();

  const toClaim = ({ clientId, user, id, openedMs }: Connection): Claim => ({
    clientId,
    user,
    connection: id,
    ...storeClock.at(openedMs),
  });

  function publish(connection: Connection): void {
    bus.publish(`client.${connection.clientId}`, { kind: 'client-id-claimed', ...toClaim(connection) });
  }

  function onMessage(connection: Connection, message: ClientIdMessage, reply: (held: ClientIdMessage) => void): void {
    const { clientId, user } = connection;
    if (message.kind === 'client-id-requested') reply({ kind: 'client-id-held', clientId, holder: user });
    if (message.kind !== 'client-id-claimed' || message.connection === connection.id) return;
    const claim = toClaim(connection);
    if (message.user !== user) {
      // Its next handshake is refused with the reason.
      if (yieldsTo(claim, message)) connection.close(CLOSE.restarting, 'another user holds this clientId');
    } else if (isOlder(claim, message)) {
      supersede(connection);
    } else if (!isOlder(message, claim) && connection.id < message.connection) {
      // The clocks are too close to order the two. This connection reconnects and thereby becomes the newer one.
      connection.close(CLOSE.restarting, 'connected twice at once');
    }
  }

  return {
    claim(connection) {
      for (const other of connectionsOf(connection.user)) {
        if (other !== connection && other.clientId === connection.clientId) supersede(other);
      }
      // In one process there is no other node to claim it from.
      if (bus.isReliable) return;
      const undo = bus.subscribe(`client.${connection.clientId}`, (message, reply) => {
        onMessage(connection, message, reply);
      });
      undos.set(connection, undo);
      publish(connection);
    },
    release(connection) {
      undos.get(connection)?.();
      undos.delete(connection);
    },
    renew(user) {
      for (const connection of connectionsOf(user)) publish(connection);
    },
  };
}

function supersede(connection: Connection): void {
  connection.close(CLOSE.superseded, '');
}

/** True only when it is certain: the clocks are known to a few milliseconds. */
function isOlder(one: Claim, other: Claim): boolean {
  return one.atMs + one.errorMs < other.atMs - other.errorMs;
}

/** When the order is uncertain, the ids decide. If two nodes disagree about that, both connections close and reconnect. */
function yieldsTo(one: Claim, other: Claim): boolean {
  if (isOlder(one, other)) return false;
  return isOlder(other, one) || other.user < one.user;
}
