import { CLOSE, type CloseCode } from '@parley/protocol';
import type { Chat } from '#chat/chat.ts';
import type { Presence } from '#chat/presence/presence.ts';
import type { Typing } from '#chat/typing/typing.ts';
import { toUser } from '#chat/users/profile.ts';
import type { Config } from '#config/config.ts';
import type { Feed } from '#kernel/feed.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Random } from '#ports/random.ts';
import type { Store } from '#ports/store.ts';
import type { Cluster } from './cluster/cluster.ts';
import { Connection, type Hub } from './connection/connection.ts';
import { UnderWay } from './connection/in-flight-commands.ts';
import { greet } from './connection/initialize.ts';
import { startHeartbeat } from './connection/ping-clients.ts';
import { Peer, type PeerParts } from './connection/receive-commands.ts';
import type { Fanout } from './fanout/hub.ts';
import type { Admission } from './handshake/authorize.ts';
import { Registry } from './handshake/connection-counts.ts';
import { createRoom, type Room } from './handshake/connection-limits.ts';
import type { Wire, WireEvents } from './socket/transport.ts';

export interface GatewayParts {
  readonly chat: Chat;
  readonly typing: Typing;
  readonly presence: Presence;
  readonly feed: Feed;
  readonly fanout: Fanout;
  readonly store: Store;
  /** The store's. It changes only while no node runs. */
  readonly epoch: string;
  readonly cluster: Cluster;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly config: Pick<Config, 'rateLimits' | 'maxConnectionsPerUser'>;
  /** Resolves when what the store has by now was told, as far as this node stored it. */
  readonly told: () => Promise<void>;
}

/** Everything above the sockets: connections, what they may say, what they hear. */
export interface Gateway {
  readonly registry: Registry;
  readonly room: Room;
  /** Takes an admitted connection on. `ready` follows by itself. */
  accept(admission: Admission, wire: Wire): WireEvents;
  /** Takes no more commands. Resolves when those under way are answered. */
  finish(): Promise<void>;
  /** Closes every connection. */
  closeAll(code: CloseCode, reason: string): void;
  close(): void;
}

const CONNECTION_ID_BITS = 96;

export function createGateway(parts: GatewayParts): Gateway {
  const { fanout } = parts;
  const registry = new Registry(parts.config.maxConnectionsPerUser);
  const underWay = new UnderWay();
  const peerParts = { ...parts, registry, claims: parts.cluster.claims, underWay };
  const hub: Hub = {
    dirty: (connection) => fanout.dirty(connection),
    delivered: (frames) => parts.metrics.delivered(frames),
  };
  const stopHeartbeat = startHeartbeat(parts.clock, () => fanout.connections());
  const stopProfiles = parts.bus.subscribe('everyone', (message) => {
    if (message.kind === 'profile') parts.cluster.profileChanged(message.user);
  });
  return {
    registry,
    room: createRoom({ registry, bus: parts.bus }),
    accept: (admission, wire) => openConnection(peerParts, admission, { wire, hub }),
    finish: () => underWay.finish(),
    closeAll(code, reason) {
      for (const connection of fanout.connections()) connection.close(code, reason);
    },
    close() {
      stopHeartbeat();
      stopProfiles();
    },
  };
}

interface Opening {
  readonly wire: Wire;
  readonly hub: Hub;
}

function openConnection(parts: GatewayParts & PeerParts, admission: Admission, { wire, hub }: Opening): WireEvents {
  const { claims, clock, logger, metrics, random } = parts;
  const { address, clientId, proof, recheck } = admission;
  const { session, user } = proof;
  const connection = new Connection(
    {
      id: random.token(CONNECTION_ID_BITS),
      clientId,
      actor: { user: user.id, role: user.role },
      session,
      expiresAt: session === null ? proof.expiresAt : null,
      wire,
      hub,
    },
    clock.elapsed(),
  );
  parts.registry.enter(connection, address);
  metrics.connectionOpened();
  greet(parts, connection, { user: toUser(user), recheck }).catch((error: unknown) => {
    logger.error({ err: error }, 'a connection could not be greeted');
    connection.close(CLOSE.restarting, 'try again');
  });
  // After it was registered, so that it counts among those here.
  claims.take(connection);
  return new Peer(parts, { connection, address });
}
