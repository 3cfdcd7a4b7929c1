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
import type { Fanout } from '../fanout/hub.ts';
import { createClaims, type Claims } from './client-id-claims.ts';
import { startAttendance } from './node-heartbeat.ts';
import { MembershipComparison } from './reconcile-memberships.ts';
import { createProfiles } from './reconcile-profiles.ts';
import { compareProofs, type AskProofs } from './reconcile-sessions.ts';
import { startComparison } from './reconciler.ts';
import { createStoreClock } from './store-clock.ts';

export interface ClusterParts {
  readonly node: NodeId;
  readonly store: Store;
  readonly users: Users;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly fanout: Fanout;
  readonly feed: Feed;
  readonly presence: Presence;
}

/** What this node does because there are others. On a bus that loses nothing it does none of it. */
export interface Cluster {
  readonly claims: Claims;
  /** The bus says that a profile changed. */
  profileChanged(user: UserId): void;
  /** The bus says that the user was suspended. */
  suspended(user: UserId): void;
  /** From now on it can be asked what has become of the sessions that connections stand on. */
  watchProofs(ask: AskProofs): void;
  /** Resolves when the node is ready for connections. */
  start(): Promise<void>;
  close(): void;
}

export function createCluster(parts: ClusterParts): Cluster {
  const { bus, clock, store, fanout } = parts;
  const storeClock = createStoreClock(store, clock);
  const claims = createClaims({ bus, storeClock, connectionsOf: (user) => fanout.connectionsOf(user) });
  const profiles = createProfiles({ ...parts, isReliable: bus.isReliable });
  const proofs = watchProofs(parts);
  let undos: readonly (() => void)[] = [];
  return {
    claims,
    profileChanged(user) {
      profiles.changed(user).catch((error: unknown) => {
        parts.logger.warn({ err: error }, 'a changed profile could not be told');
      });
    },
    suspended: (user) => proofs.suspended(user),
    watchProofs: (ask) => proofs.watch(ask),
    async start() {
      if (bus.isReliable) return;
      await storeClock.measure();
      const attendance = startAttendance({ ...parts, claims, users: () => fanout.users() });
      const memberships = new MembershipComparison(parts);
      const stop = startComparison({
        ...parts,
        compare: [
          () => storeClock.measure(),
          () => proofs.compare(fanout.connections()),
          () => memberships.run(),
          () => profiles.compare(),
        ],
        isInTouch: () => attendance.isInTouch(),
        closeAll: (code, reason) => {
          for (const connection of fanout.connections()) connection.close(code, reason);
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

function watchProofs({ bus, fanout, logger }: ClusterParts) {
  let ask: AskProofs | null = null;

  async function compare(connections: Iterable<Connection>): Promise<void> {
    if (ask !== null) await compareProofs(ask, connections);
  }

  return {
    compare,
    watch(asks: AskProofs): void {
      ask = asks;
    },
    suspended(user: UserId): void {
      const connections = [...fanout.connectionsOf(user)];
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
