import { TYPING_EXPIRE_MS, TYPING_REPEAT_MS, type ChannelId, type UserId } from '@parley/protocol';
import { MAX_TYPISTS_PER_CHANNEL } from '#limits.ts';
import type { Bus, ConnectionId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';

/** Passes on who types where. The caller has checked that the user may post there. */
export interface Typing {
  say(typist: Typist, channel: ChannelId, on: boolean): void;
  /** The connection is gone: it types nowhere any more. */
  gone(typist: Typist): void;
}

export interface Typist {
  readonly user: UserId;
  readonly connection: ConnectionId;
}

// A client repeats every TYPING_REPEAT_MS by its own clock, over a network that bunches: only what comes much faster is dropped.
const MIN_REPEAT_MS = TYPING_REPEAT_MS / 2;

/** Per channel: the connections that said they type, and when they said it last. */
type Saying = Map<ConnectionId, { readonly user: UserId; readonly atMs: number }>;

export function createTyping({ bus, clock }: { readonly bus: Bus; readonly clock: Clock }): Typing {
  const channels = new Map<ChannelId, Saying>();

  function start({ user, connection }: Typist, channel: ChannelId): void {
    const saying = channels.get(channel) ?? new Map<ConnectionId, { user: UserId; atMs: number }>();
    channels.set(channel, saying);
    const nowMs = clock.elapsed();
    const last = saying.get(connection);
    if (last !== undefined && nowMs - last.atMs < MIN_REPEAT_MS) return;
    for (const [other, { atMs }] of saying) if (nowMs - atMs > TYPING_EXPIRE_MS) saying.delete(other);
    // Work stays bounded whatever the crowd: nobody reads more names than this.
    if (!saying.has(connection) && saying.size >= MAX_TYPISTS_PER_CHANNEL) return;
    saying.set(connection, { user, atMs: nowMs });
    bus.publish(`channel.${channel}`, { kind: 'typing', channel, user, on: true, from: connection });
  }

  function stop({ user, connection }: Typist, channel: ChannelId): void {
    const saying = channels.get(channel);
    if (saying === undefined || !saying.delete(connection)) return;
    if (saying.size === 0) channels.delete(channel);
    const elsewhere = [...saying.values()].some((other) => other.user === user);
    if (!elsewhere) bus.publish(`channel.${channel}`, { kind: 'typing', channel, user, on: false, from: connection });
  }

  return {
    say(typist, channel, on) {
      if (on) start(typist, channel);
      else stop(typist, channel);
    },
    gone(typist) {
      for (const [channel, saying] of channels) if (saying.has(typist.connection)) stop(typist, channel);
    },
  };
}
