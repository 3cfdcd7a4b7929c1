import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLOSE } from '@parley/protocol';
import type { Chat } from '#chat/chat.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Random } from '#ports/random.ts';
import type { Store } from '#ports/store.ts';
import type { Users } from '#ports/users.ts';
import { createGeneral } from './chat/channels/create-general.ts';
import { createChat } from './chat/chat.ts';
import { createPresence } from './chat/presence/presence.ts';
import { createTyping } from './chat/typing/typing.ts';
import type { Config } from './config/config.ts';
import type { Authenticator } from './identity/authenticator.ts';
import { createFeed, type FeedDeps } from './kernel/feed.ts';
import { createLog } from './kernel/log.ts';
import { publishCommit, requestReconnect } from './kernel/publish-commit.ts';
import {
  DRAIN_REPLIES_MS,
  DRAIN_MS,
  DRAIN_NOTICE_MS,
  KEEP_ALIVE_MS,
  LISTEN_BACKLOG,
  MAX_HANDSHAKE_MS,
  MAX_HEADER_BYTES,
} from './limits.ts';
import { createCluster } from './realtime/cluster/cluster.ts';
import type { RecheckSessions } from './realtime/cluster/reconcile-sessions.ts';
import { Hub } from './realtime/fanout/hub.ts';
import { deliverEvents } from './realtime/fanout/membership-changes.ts';
import { subscribeToUsers } from './realtime/fanout/on-user-message.ts';
import { ReadCursors } from './realtime/fanout/read-cursors.ts';
import { createGateway, type Gateway } from './realtime/gateway.ts';
import { attachUpgradeHandler } from './realtime/handshake/upgrade.ts';

export interface CoreDeps {
  readonly config: Pick<Config, 'rateLimits' | 'maxConnectionsPerUser'>;
  readonly store: Store;
  readonly users: Users;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Runs a task after everything that this turn of the event loop produces. */
  readonly afterTurn: (task: () => void) => void;
}

/** Everything between the ports and the sockets. */
export interface Core {
  readonly chat: Chat;
  readonly gateway: Gateway;
  /** Sets the check of all sessions at once, for a bus that may lose the end of a session. */
  watchSessions(recheck: RecheckSessions): void;
  close(): void;
}

const NODE_ID_BITS = 96;

/** Builds chat and gateway over the ports, and creates #general when the store is new. */
export async function createCore(deps: CoreDeps): Promise<Core> {
  const { store, bus, logger } = deps;
  const hub = new Hub(deps);
  const published = (): Promise<void> => log.published();
  const typing = createTyping({ ...deps, hub });
  const node = deps.random.token(NODE_ID_BITS);
  const presence = createPresence({ ...deps, node, hub });
  const deliver: FeedDeps['deliver'] = (channel, events) => deliverEvents(hub, channel, events);
  const feed = createFeed({ ...deps, hub, deliver, published });
  const cursors = new ReadCursors({ bus, hub });
  const cluster = createCluster({ ...deps, node, hub, feed, presence, cursors });
  subscribeToUsers({ ...deps, hub, feed, presence, cursors, suspended: (user) => cluster.suspended(user) });
  const log = createLog({
    ...deps,
    onCommitted: (ledger) => publishCommit(bus, ledger),
    onUncertainCommit: (commit) => {
      feed.check(commit.channels);
      requestReconnect(bus, commit);
    },
  });
  const chat = createChat({ ...deps, log });
  const epoch = await store.epoch();
  const gateway = createGateway({ ...deps, epoch, chat, typing, presence, feed, hub, cursors, cluster, published });
  const general = await log.append(createGeneral());
  if (!general.ok) throw new Error(`#general could not be created: ${general.error.message}`);
  await cluster.start();
  logger.debug({ epoch }, 'the log is open');
  return {
    chat,
    gateway,
    watchSessions: (recheck) => cluster.watchSessions(recheck),
    close() {
      cluster.close();
      gateway.close();
      presence.close();
      feed.close();
    },
  };
}

export interface AppDeps extends Omit<CoreDeps, 'config'> {
  readonly config: Config;
  readonly core: Core;
  readonly authenticator: Authenticator;
  readonly handleHttp: (request: IncomingMessage, response: ServerResponse) => void;
  readonly addressOf: (request: IncomingMessage) => string;
}

export interface App {
  /** Resolves with the port once connections are accepted. Rejects when the address can't be bound. */
  listen(): Promise<number>;
  /** Refuses new connections, waits for commands in flight, asks every client to reconnect later, and closes. */
  drain(): Promise<void>;
}

/** The server: WebSocket and HTTP on one port. */
export function createApp(deps: AppDeps): App {
  const { config, core, clock } = deps;
  let draining = false;
  core.watchSessions((identities) => deps.authenticator.revalidateAll(identities));
  const server = createServer({
    headersTimeout: MAX_HANDSHAKE_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: MAX_HEADER_BYTES,
    noDelay: true,
    // Some clients offer an upgrade to HTTP/2 with every request: that is no handshake.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  const handshake = {
    ...deps,
    limiter: core.gateway.limiter,
    isDraining: () => draining,
  };
  const webSockets = attachUpgradeHandler(server, { ...deps, gateway: core.gateway, handshake });
  server.on('request', (request, response) => {
    if (draining) response.setHeader('Connection', 'close');
    if (!webSockets.respondToProbe(request, response)) deps.handleHttp(request, response);
  });
  return {
    listen: () => listenOn(server, config),
    async drain() {
      draining = true;
      // Connections whose last response ends from now on do not stay.
      server.keepAliveTimeout = 1;
      const hadConnections = !core.gateway.counts.isEmpty;
      const timeout = new Promise<void>((resolve) => clock.after(DRAIN_REPLIES_MS, resolve));
      await Promise.race([core.gateway.drain(), timeout]);
      core.gateway.closeAll(CLOSE.restarting, 'restarting');
      if (hadConnections) await new Promise<void>((resolve) => clock.after(DRAIN_NOTICE_MS, resolve));
      await closeWithin(server, clock, DRAIN_MS - DRAIN_REPLIES_MS - DRAIN_NOTICE_MS);
      core.close();
    },
  };
}

function listenOn(server: Server, { port, host }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: LISTEN_BACKLOG }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeWithin(server: Server, clock: Clock, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const undo = clock.after(withinMs, () => {
      server.closeAllConnections();
      resolve();
    });
    server.close(() => {
      undo();
      resolve();
    });
    server.closeIdleConnections();
  });
}
