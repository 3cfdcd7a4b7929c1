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

/** Everything that only runs with more than one node. On a reliable bus it does nothing. */
export interface Cluster {
  readonly claims: ClientIdClaims;
  /** Handles the message that a profile changed. */
  profileChanged(user: UserId): void;
  /** Handles the message that the user was suspended. */
  suspended(user: UserId): void;
  /** Sets the check of the sessions that connections belong to. */
  watchSessions(recheck: RecheckSessions): void;
  /** Resolves when the node is ready for connections. */
  start(): Promise<void>;
  close(): void;
}

export function createCluster(deps: ClusterDeps): Cluster {
  const { bus, clock, store, hub } = deps;
  const storeClock = createStoreClock(store, clock);
  const claims = createClientIdClaims({ bus, storeClock, connectionsOf: (user) => hub.connectionsOf(user) });
  const profiles = createProfiles({ ...deps, isReliable: bus.isReliable });
  const sessions = watchSessions(deps);
  let undos: readonly (() => void)[] = [];
  return {
    claims,
    profileChanged(user) {
      profiles.changed(user).catch((error: unknown) => {
        deps.logger.warn({ err: error }, 'a changed profile could not be sent');
      });
    },
    suspended: (user) => sessions.suspended(user),
    watchSessions: (recheck) => sessions.watch(recheck),
    async start() {
      if (bus.isReliable) return;
      await storeClock.measure();
      const heartbeat = startNodeHeartbeat({ ...deps, claims, users: () => hub.users() });
      const memberships = new MembershipReconciler(deps);
      const stop = startReconciler({
        ...deps,
        reconcilers: [
          () => storeClock.measure(),
          () => sessions.reconcile(hub.connections()),
          () => memberships.run(),
          () => profiles.reconcile(),
        ],
        canReachPeers: () => heartbeat.canReachPeers(),
        closeAll: (code, reason) => {
          for (const connection of hub.connections()) connection.close(code, reason);
        },
      });
      undos = [stop, () => heartbeat.close()];
    },
    close() {
      for (const undo of undos) undo();
      undos = [];
    },
  };
}

function watchSessions({ bus, hub, logger }: ClusterDeps) {
  let recheck: RecheckSessions | null = null;

  async function reconcile(connections: Iterable<Connection>): Promise<void> {
    if (recheck !== null) await recheckSessions(recheck, connections);
  }

  return {
    reconcile,
    watch(check: RecheckSessions): void {
      recheck = check;
    },
    suspended(user: UserId): void {
      const connections = [...hub.connectionsOf(user)];
      if (bus.isReliable || recheck === null) {
        for (const connection of connections) connection.close(CLOSE.suspended, 'suspended');
        return;
      }
      // A late message may be about a suspension that was lifted since: it must not stop clients that reconnected.
      reconcile(connections).catch((error: unknown) => {
        logger.warn({ err: error, user }, 'the suspension of a user could not be checked');
        for (const connection of connections) connection.close(CLOSE.restarting, 'may be suspended');
      });
    },
  };
}
