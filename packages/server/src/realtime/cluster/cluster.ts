import { CLOSE, type UserId } from '@parley/protocol';
import type { Presence } from '#chat/presence/presence.ts';
import type { Feed } from '#kernel/feed.ts';
import type { Bus, NodeId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Store } from '#ports/store.ts';
import type { Users } from '#ports/users.ts';
import type { Connection } from '../connection/connection.ts';
import type { Hub } from '../fanout/hub.ts';
import type { ReadCursors } from '../fanout/read-cursors.ts';
import { createClientIdClaims, type ClientIdClaims } from './client-id-claims.ts';
import { startNodeHeartbeat } from './node-heartbeat.ts';
import { MembershipReconciler } from './reconcile-memberships.ts';
import { createProfiles } from './reconcile-profiles.ts';
import { recheckSessions, type RecheckSessions } from './reconcile-sessions.ts';
import { startReconciler } from './reconciler.ts';
import { createStoreClock } from './store-clock.ts';

export interface ClusterDeps {
  readonly node: NodeId;
  readonly store: Store;
  readonly users: Users;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly hub: Hub;
  readonly cursors: ReadCursors;
  readonly feed: Feed;
  readonly presence: Presence;
}

/** What this node does because there are others. On a bus that loses nothing it does none of it. */
export interface Cluster {
  readonly claims: ClientIdClaims;
  /** The bus says that a profile changed. */
  profileChanged(user: UserId): void;
  /** The bus says that the user was suspended. */
  suspended(user: UserId): void;
  /** From now on it can be asked what has become of the sessions that connections stand on. */
  watchSessions(ask: RecheckSessions): void;
  /** Resolves when the node is ready for connections. */
  start(): Promise<void>;
  close(): void;
}

export function createCluster(deps: ClusterDeps): Cluster {
  const { bus, clock, store, hub } = deps;
  const storeClock = createStoreClock(store, clock);
  const claims = createClientIdClaims({ bus, storeClock, connectionsOf: (user) => hub.connectionsOf(user) });
  const profiles = createProfiles({ ...deps, isReliable: bus.isReliable });
  const proofs = watchSessions(deps);
  let undos: readonly (() => void)[] = [];
  return {
    claims,
    profileChanged(user) {
      profiles.changed(user).catch((error: unknown) => {
        deps.logger.warn({ err: error }, 'a changed profile could not be told');
      });
    },
    suspended: (user) => proofs.suspended(user),
    watchSessions: (ask) => proofs.watch(ask),
    async start() {
      if (bus.isReliable) return;
      await storeClock.measure();
      const attendance = startNodeHeartbeat({ ...deps, claims, users: () => hub.users() });
      const memberships = new MembershipReconciler(deps);
      const stop = startReconciler({
        ...deps,
        compare: [
          () => storeClock.measure(),
          () => proofs.compare(hub.connections()),
          () => memberships.run(),
          () => profiles.compare(),
        ],
        canReachPeers: () => attendance.canReachPeers(),
        closeAll: (code, reason) => {
          for (const connection of hub.connections()) connection.close(code, reason);
        },
      });
      undos = [stop, () => attendance.close()];
    },
    close() {
      for (const undo of undos) undo();
      undos = [];
    },
  };
}

function watchSessions({ bus, hub, logger }: ClusterDeps) {
  let ask: RecheckSessions | null = null;

  async function compare(connections: Iterable<Connection>): Promise<void> {
    if (ask !== null) await recheckSessions(ask, connections);
  }

  return {
    compare,
    watch(asks: RecheckSessions): void {
      ask = asks;
    },
    suspended(user: UserId): void {
      const connections = [...hub.connectionsOf(user)];
      if (bus.isReliable || ask === null) {
        for (const connection of connections) connection.close(CLOSE.suspended, 'suspended');
        return;
      }
      // Late news may be of a suspension that was lifted since: that would stop clients which came back in good right.
      compare(connections).catch((error: unknown) => {
        logger.warn({ err: error, user }, 'whether a user is suspended could not be told');
        for (const connection of connections) connection.close(CLOSE.restarting, 'may be suspended');
      });
    },
  };
}
