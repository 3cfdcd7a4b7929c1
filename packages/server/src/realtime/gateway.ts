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
import { Connection, type ConnectionHooks } from './connection/connection.ts';
import { InFlightCommands } from './connection/in-flight-commands.ts';
import { initializeConnection } from './connection/initialize.ts';
import { pingClients } from './connection/ping-clients.ts';
import { CommandReceiver, type ReceiverDeps } from './connection/receive-commands.ts';
import type { Hub } from './fanout/hub.ts';
import type { ReadCursors } from './fanout/read-cursors.ts';
import type { AcceptedHandshake } from './handshake/authorize.ts';
import { ConnectionCounts } from './handshake/connection-counts.ts';
import { createConnectionLimiter, type ConnectionLimiter } from './handshake/connection-limits.ts';
import type { Transport, TransportHandlers } from './socket/transport.ts';

export interface GatewayDeps {
  readonly chat: Chat;
  readonly typing: Typing;
  readonly presence: Presence;
  readonly feed: Feed;
  readonly hub: Hub;
  readonly cursors: ReadCursors;
  readonly store: Store;
  /** The epoch of the store. It changes only while no node runs. */
  readonly epoch: string;
  readonly cluster: Cluster;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly config: Pick<Config, 'rateLimits' | 'maxConnectionsPerUser'>;
  /** Resolves once the commits of this node that are stored by now have been published. */
  readonly published: () => Promise<void>;
}

/** Everything above the sockets: the connections of this node, their limits and their frames. */
export interface Gateway {
  readonly counts: ConnectionCounts;
  readonly limiter: ConnectionLimiter;
  /** Opens the connection of an accepted handshake, and sends `ready` once its state is known. */
  accept(handshake: AcceptedHandshake, transport: Transport): TransportHandlers;
  /** Ignores new commands. Resolves when those in flight have their replies. */
  drain(): Promise<void>;
  /** Closes every connection. */
  closeAll(code: CloseCode, reason: string): void;
  close(): void;
}

const CONNECTION_ID_BITS = 96;

export function createGateway(deps: GatewayDeps): Gateway {
  const { hub } = deps;
  const counts = new ConnectionCounts(deps.config.maxConnectionsPerUser);
  const inFlight = new InFlightCommands();
  const receiverDeps = { ...deps, counts, claims: deps.cluster.claims, inFlight };
  const hooks: ConnectionHooks = {
    markDirty: (connection) => hub.batches.markDirty(connection),
    delivered: (frames) => deps.metrics.delivered(frames),
  };
  const stopPings = pingClients(deps.clock, () => hub.connections());
  const stopProfiles = deps.bus.subscribe('nodes', (message) => {
    if (message.kind === 'profile') deps.cluster.profileChanged(message.user);
  });
  return {
    counts,
    limiter: createConnectionLimiter({ counts, bus: deps.bus }),
    accept: (handshake, transport) => openConnection(receiverDeps, handshake, { transport, hooks }),
    drain: () => inFlight.drain(),
    closeAll(code, reason) {
      for (const connection of hub.connections()) connection.close(code, reason);
    },
    close() {
      stopPings();
      stopProfiles();
    },
  };
}

interface Opening {
  readonly transport: Transport;
  readonly hooks: ConnectionHooks;
}

function openConnection(
  deps: GatewayDeps & ReceiverDeps,
  handshake: AcceptedHandshake,
  { transport, hooks }: Opening,
): TransportHandlers {
  const { claims, clock, logger, metrics, random } = deps;
  const { address, clientId, identity, recheck } = handshake;
  const { session, user } = identity;
  const connection = new Connection(
    {
      id: random.token(CONNECTION_ID_BITS),
      clientId,
      actor: { user: user.id, role: user.role },
      session,
      expiresAt: session === null ? identity.expiresAt : null,
      transport,
      hooks,
    },
    clock.elapsed(),
  );
  deps.counts.add(connection, address);
  metrics.connectionOpened();
  initializeConnection(deps, connection, { user: toUser(user), recheck }).catch((error: unknown) => {
    logger.error({ err: error }, 'a connection could not be initialized');
    connection.close(CLOSE.restarting, 'try again');
  });
  // The connection is registered by now: of one clientId the other connections close.
  claims.claim(connection);
  return new CommandReceiver(deps, { connection, address });
}
