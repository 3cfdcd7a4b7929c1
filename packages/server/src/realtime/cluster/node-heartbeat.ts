import type { UserId } from '@parley/protocol';
import { sliceOf } from '#chat/presence/announce-slice.ts';
import type { Presence } from '#chat/presence/presence.ts';
import { REANNOUNCE_SLICES, NODE_HEARTBEAT_MS, NODE_FORGOTTEN_AFTER_MS, NODE_DEAD_AFTER_MS } from '#limits.ts';
import type { Bus, NodeId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { ClientIdClaims } from './client-id-claims.ts';

export interface NodeHeartbeatDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly node: NodeId;
  readonly presence: Presence;
  readonly claims: ClientIdClaims;
  readonly users: () => Iterable<UserId>;
}

/**
 * The heartbeat of one node: it publishes that the node is alive and a slice of its users, and detects silent nodes. So
 * what the bus lost is repeated within `NODE_HEARTBEAT_MS * REANNOUNCE_SLICES`, and the users of a dead node go offline.
 */
export interface NodeHeartbeat {
  /** Messages of other nodes arrive, and none of the known nodes is silent: ends of sessions reach this node. */
  canReachPeers(): boolean;
  close(): void;
}

export function startNodeHeartbeat(deps: NodeHeartbeatDeps): NodeHeartbeat {
  const { bus, clock, node, presence } = deps;
  const lastSeenMs = new Map<NodeId, number>();
  /** A node whose users were announced before its first heartbeat may have died since: its timeout starts now. */
  const isAlive = (other: NodeId): boolean => {
    const atMs = lastSeenMs.get(other) ?? clock.elapsed();
    lastSeenMs.set(other, atMs);
    return clock.elapsed() - atMs <= NODE_DEAD_AFTER_MS;
  };
  const undos = [
    bus.subscribe('nodes', (message) => {
      if (message.kind === 'node-heartbeat' && message.node !== node) lastSeenMs.set(message.node, clock.elapsed());
    }),
    bus.onReconnect(() => {
      for (let slice = 0; slice < REANNOUNCE_SLICES; slice += 1) announce(deps, slice);
    }),
  ];
  let slice = 0;
  let stop = (): void => undefined;
  const sendHeartbeat = (): void => {
    slice = (slice + 1) % REANNOUNCE_SLICES;
    for (const [other, atMs] of lastSeenMs) {
      if (clock.elapsed() - atMs > NODE_FORGOTTEN_AFTER_MS) lastSeenMs.delete(other);
    }
    announce(deps, slice);
    presence.expire(isAlive);
    stop = clock.after(NODE_HEARTBEAT_MS, sendHeartbeat);
  };
  sendHeartbeat();
  return {
    canReachPeers: () => lastSeenMs.size > 0 && [...lastSeenMs.keys()].every(isAlive),
    close() {
      stop();
      for (const undo of undos) undo();
    },
  };
}

function announce({ bus, node, presence, claims, users }: NodeHeartbeatDeps, slice: number): void {
  bus.publish('nodes', { kind: 'node-heartbeat', node });
  presence.announce(slice);
  for (const user of users()) if (sliceOf(user) === slice) claims.renew(user);
}
