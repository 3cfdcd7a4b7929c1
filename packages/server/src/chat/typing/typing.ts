import { TYPING_EXPIRE_MS, TYPING_REPEAT_MS, type ChannelId, type UserId } from '@parley/protocol';
import { MAX_TYPISTS_PER_CHANNEL } from '#limits.ts';
import type { Bus, BusMessage, ConnectionId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';

/** Passes on who types where. The caller has checked that the user may post there. */
export interface Typing {
  report(typist: Typist, channel: ChannelId, on: boolean): void;
  /** The connection is gone: it types nowhere any more. */
  disconnected(typist: Typist): void;
  /** The bus says that someone here or elsewhere types, or does not. Answers whether those who hear the channel are told. */
  receive(message: TypingMessage): boolean;
  /** Nobody here hears the channel any more. */
  clear(channel: ChannelId): void;
}

export interface Typist {
  readonly user: UserId;
  readonly connection: ConnectionId;
}

export type TypingMessage = Extract<BusMessage, { kind: 'typing' }>;

// A client repeats every TYPING_REPEAT_MS by its own clock, over a network that bunches: only what comes much faster is dropped.
const MIN_REPEAT_MS = TYPING_REPEAT_MS / 2;

/** Of one channel: the connections that said they type, on any node, and when they said it last. */
type ActiveTypists = Map<ConnectionId, { readonly user: UserId; readonly atMs: number }>;

export function createTyping({ bus, clock }: { readonly bus: Bus; readonly clock: Clock }): Typing {
  const channels = new Map<ChannelId, ActiveTypists>();
  /** Where the connections of this node type. */
  const own = new Map<ConnectionId, Set<ChannelId>>();

  /** False when there are too many to be told of one more: work stays bounded whatever the crowd. */
  function note({ user, connection }: Typist, channel: ChannelId): boolean {
    const saying: ActiveTypists = channels.get(channel) ?? new Map();
    channels.set(channel, saying);
    const nowMs = clock.elapsed();
    for (const [other, { atMs }] of saying) if (nowMs - atMs > TYPING_EXPIRE_MS) saying.delete(other);
    if (!saying.has(connection) && saying.size >= MAX_TYPISTS_PER_CHANNEL) return false;
    saying.set(connection, { user, atMs: nowMs });
    return true;
  }

  function drop(connection: ConnectionId, channel: ChannelId): boolean {
    const saying = channels.get(channel);
    if (saying?.delete(connection) !== true) return false;
    if (saying.size === 0) channels.delete(channel);
    return true;
  }

  function start(typist: Typist, channel: ChannelId): void {
    const { user, connection } = typist;
    const lastMs = channels.get(channel)?.get(connection)?.atMs;
    if (lastMs !== undefined && clock.elapsed() - lastMs < MIN_REPEAT_MS) return;
    if (!note(typist, channel)) return;
    own.set(connection, (own.get(connection) ?? new Set()).add(channel));
    bus.publish(`channel.${channel}`, { kind: 'typing', channel, user, on: true, from: connection });
  }

  function stop({ user, connection }: Typist, channel: ChannelId): void {
    own.get(connection)?.delete(channel);
    if (!drop(connection, channel)) return;
    bus.publish(`channel.${channel}`, { kind: 'typing', channel, user, on: false, from: connection });
  }

  return {
    report(typist, channel, on) {
      if (on) start(typist, channel);
      else stop(typist, channel);
    },
    disconnected(typist) {
      for (const channel of own.get(typist.connection) ?? []) stop(typist, channel);
      own.delete(typist.connection);
    },
    receive({ channel, user, on, from }) {
      if (on) return note({ user, connection: from }, channel);
      drop(from, channel);
      const left = [...(channels.get(channel)?.values() ?? [])];
      return !left.some((other) => other.user === user && clock.elapsed() - other.atMs <= TYPING_EXPIRE_MS);
    },
    clear: (channel) => void channels.delete(channel),
  };
}
