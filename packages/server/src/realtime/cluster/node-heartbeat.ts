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
 * The beat of a node among several: it says that it is alive, and a part of whom it holds, and notices who fell silent. So
 * whatever the bus lost of that is made up for within `BEAT_MS * ATTENDANCE_TURNS`, and a dead node's users go offline.
 */
export interface Attendance {
  /** Other nodes are heard, and none of those known lately is silent: what they say of endings reaches this one. */
  canReachPeers(): boolean;
  close(): void;
}

export function startNodeHeartbeat(deps: NodeHeartbeatDeps): Attendance {
  const { bus, clock, node, presence } = deps;
  const heardMs = new Map<NodeId, number>();
  /** A node that said of its users before it said that it is alive may have died between: it is given as long as others. */
  const isAlive = (other: NodeId): boolean => {
    const atMs = heardMs.get(other) ?? clock.elapsed();
    heardMs.set(other, atMs);
    return clock.elapsed() - atMs <= NODE_DEAD_AFTER_MS;
  };
  const undos = [
    bus.subscribe('nodes', (message) => {
      if (message.kind === 'node-heartbeat' && message.node !== node) heardMs.set(message.node, clock.elapsed());
    }),
    bus.onReconnect(() => {
      for (let turn = 0; turn < REANNOUNCE_SLICES; turn += 1) announce(deps, turn);
    }),
  ];
  let turn = 0;
  let stop = (): void => undefined;
  const beat = (): void => {
    turn = (turn + 1) % REANNOUNCE_SLICES;
    for (const [other, atMs] of heardMs) if (clock.elapsed() - atMs > NODE_FORGOTTEN_AFTER_MS) heardMs.delete(other);
    announce(deps, turn);
    presence.expire(isAlive);
    stop = clock.after(NODE_HEARTBEAT_MS, beat);
  };
  beat();
  return {
    canReachPeers: () => heardMs.size > 0 && [...heardMs.keys()].every(isAlive),
    close() {
      stop();
      for (const undo of undos) undo();
    },
  };
}

function announce({ bus, node, presence, claims, users }: NodeHeartbeatDeps, turn: number): void {
  bus.publish('nodes', { kind: 'node-heartbeat', node });
  presence.announce(turn);
  for (const user of users()) if (sliceOf(user) === turn) claims.renew(user);
}
