import { CLOSE, type UserId } from '@parley/protocol';
import type { Bus, Claim } from '#ports/bus.ts';
import type { Connection } from './connection.ts';
import type { StoreClock } from './store-clock.ts';

export interface ClaimsParts {
  readonly bus: Bus;
  readonly storeClock: StoreClock;
  readonly connectionsOf: (user: UserId) => Iterable<Connection>;
}

/**
 * Who holds a `clientId` of a user: the newest connection, on whichever node it is ([HS2]). A claim is said when the
 * connection begins and again and again after that, so a lost one is made up for; and it is dated by the store's clock, so
 * a late or doubled one of an older connection does not close the newer one.
 */
export interface Claims {
  /** This connection, which has just begun, takes its `clientId` over. */
  take(connection: Connection): void;
  /** Says again what the user's connections here hold. */
  repeat(user: UserId): void;
  /** Closes the connections here that are surely older than what is claimed. */
  hear(user: UserId, claims: readonly Claim[]): void;
}

export function createClaims({ bus, storeClock, connectionsOf }: ClaimsParts): Claims {
  const toClaim = ({ clientId, id, openedMs }: Connection): Claim => ({
    clientId,
    connection: id,
    ...storeClock.at(openedMs),
  });
  const say = (user: UserId, connections: readonly Connection[]): void => {
    if (connections.length === 0) return;
    bus.publish(`user.${user}`, { kind: 'claimed', user, claims: connections.map(toClaim) });
  };
  return {
    take(connection) {
      for (const other of connectionsOf(connection.user)) {
        if (other !== connection && other.clientId === connection.clientId) supersede(other);
      }
      // One process has said it to everyone by now.
      if (!bus.isReliable) say(connection.user, [connection]);
    },
    repeat: (user) => say(user, [...connectionsOf(user)]),
    hear(user, claims) {
      const connections = [...connectionsOf(user)];
      const local = new Set(connections.map(({ id }) => id));
      for (const claim of claims) {
        if (local.has(claim.connection)) continue;
        for (const connection of connections) {
          if (connection.clientId === claim.clientId && isOlder(toClaim(connection), claim)) supersede(connection);
        }
      }
    },
  };
}

function supersede(connection: Connection): void {
  connection.close(CLOSE.superseded, '');
}

/** Surely. In doubt both stay: the next claims, dated better, decide. */
function isOlder(one: Claim, other: Claim): boolean {
  return one.atMs + one.errorMs < other.atMs - other.errorMs;
}
