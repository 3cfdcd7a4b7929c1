import type { UserId } from '@parley/protocol';
import { turnOf } from '#chat/presence/announce-slice.ts';
import type { Presence } from '#chat/presence/presence.ts';
import { ATTENDANCE_TURNS, BEAT_MS, PEER_FORGOTTEN_MS, PEER_SILENT_MS } from '#limits.ts';
import type { Bus, NodeId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Claims } from './client-id-claims.ts';

export interface AttendanceParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly node: NodeId;
  readonly presence: Presence;
  readonly claims: Claims;
  readonly users: () => Iterable<UserId>;
}

/**
 * The beat of a node among several: it says that it is alive, and a part of whom it holds, and notices who fell silent. So
 * whatever the bus lost of that is made up for within `BEAT_MS * ATTENDANCE_TURNS`, and a dead node's users go offline.
 */
export interface Attendance {
  /** Other nodes are heard, and none of those known lately is silent: what they say of endings reaches this one. */
  isInTouch(): boolean;
  close(): void;
}

export function startAttendance(parts: AttendanceParts): Attendance {
  const { bus, clock, node, presence } = parts;
  const heardMs = new Map<NodeId, number>();
  /** A node that said of its users before it said that it is alive may have died between: it is given as long as others. */
  const isAlive = (other: NodeId): boolean => {
    const atMs = heardMs.get(other) ?? clock.elapsed();
    heardMs.set(other, atMs);
    return clock.elapsed() - atMs <= PEER_SILENT_MS;
  };
  const undos = [
    bus.subscribe('everyone', (message) => {
      if (message.kind === 'alive' && message.node !== node) heardMs.set(message.node, clock.elapsed());
    }),
    bus.onReturn(() => {
      for (let turn = 0; turn < ATTENDANCE_TURNS; turn += 1) announce(parts, turn);
    }),
  ];
  let turn = 0;
  let stop = (): void => undefined;
  const beat = (): void => {
    turn = (turn + 1) % ATTENDANCE_TURNS;
    for (const [other, atMs] of heardMs) if (clock.elapsed() - atMs > PEER_FORGOTTEN_MS) heardMs.delete(other);
    announce(parts, turn);
    presence.expire(isAlive);
    stop = clock.after(BEAT_MS, beat);
  };
  beat();
  return {
    isInTouch: () => heardMs.size > 0 && [...heardMs.keys()].every(isAlive),
    close() {
      stop();
      for (const undo of undos) undo();
    },
  };
}

function announce({ bus, node, presence, claims, users }: AttendanceParts, turn: number): void {
  bus.publish('everyone', { kind: 'alive', node });
  presence.announce(turn);
  for (const user of users()) if (turnOf(user) === turn) claims.repeat(user);
}
