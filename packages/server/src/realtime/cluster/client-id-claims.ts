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
 * Who holds a `clientId`, on whichever node: of one user the newest connection ([HS2]), of several users the one who was
 * first ([HS3]). A claim is said when the connection begins and again and again after that, so a lost one is made up for;
 * and it is dated by the store's clock, so a late or doubled one of an older connection does not close the newer one.
 */
export interface ClientIdClaims {
  /** This connection, which has just begun, takes its `clientId` over, and answers whoever asks for it. */
  claim(connection: Connection): void;
  /** The connection is gone. */
  release(connection: Connection): void;
  /** Says again what the user's connections here hold. */
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

  function say(connection: Connection): void {
    bus.publish(`client.${connection.clientId}`, { kind: 'client-id-claimed', ...toClaim(connection) });
  }

  function hear(connection: Connection, message: ClientIdMessage, answer: (reply: ClientIdMessage) => void): void {
    const { clientId, user } = connection;
    if (message.kind === 'client-id-requested') answer({ kind: 'client-id-held', clientId, holder: user });
    if (message.kind !== 'client-id-claimed' || message.connection === connection.id) return;
    const claim = toClaim(connection);
    if (message.user !== user) {
      // Back at the handshake, it is told why.
      if (yieldsTo(claim, message)) connection.close(CLOSE.restarting, 'another user holds this clientId');
    } else if (isOlder(claim, message)) {
      supersede(connection);
    } else if (!isOlder(message, claim) && connection.id < message.connection) {
      // Which one is newer can't be told. This one comes back, and is.
      connection.close(CLOSE.restarting, 'connected twice at once');
    }
  }

  return {
    claim(connection) {
      for (const other of connectionsOf(connection.user)) {
        if (other !== connection && other.clientId === connection.clientId) supersede(other);
      }
      // One process has said it to everyone by now.
      if (bus.isReliable) return;
      const undo = bus.subscribe(`client.${connection.clientId}`, (message, answer) => {
        hear(connection, message, answer);
      });
      undos.set(connection, undo);
      say(connection);
    },
    release(connection) {
      undos.get(connection)?.();
      undos.delete(connection);
    },
    renew(user) {
      for (const connection of connectionsOf(user)) say(connection);
    },
  };
}

function supersede(connection: Connection): void {
  connection.close(CLOSE.superseded, '');
}

/** Surely: clocks are known to a few milliseconds. */
function isOlder(one: Claim, other: Claim): boolean {
  return one.atMs + one.errorMs < other.atMs - other.errorMs;
}

/** In doubt the ids decide. Should two nodes not agree on that, both connections close, come back and are judged again. */
function yieldsTo(one: Claim, other: Claim): boolean {
  if (isOlder(one, other)) return false;
  return isOlder(other, one) || other.user < one.user;
}
