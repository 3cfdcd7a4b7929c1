import { TYPING_REPEAT_MS, type ChannelId } from '@parley/protocol';
import type { Subscribers } from '#kernel/subscribers.ts';
import type { Bus, ChannelMessage, ConnectionId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import { ActiveTypists, type Typist } from './active-typists.ts';

/** Publishes which connections of this node type, and sends what all nodes publish to the subscribers here. */
export interface Typing {
  /** The caller has checked that the user may post in the channel. */
  report(typist: Typist, channel: ChannelId, on: boolean): void;
  /** Stops all typing of a connection that is gone. */
  disconnected(typist: Typist): void;
}

export interface TypingDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly hub: Subscribers;
}

type TypingMessage = Extract<ChannelMessage, { kind: 'typing' }>;

// A client repeats its report every TYPING_REPEAT_MS by its own clock, and the network bunches frames: only much faster
// repeats are dropped.
const MIN_REPEAT_MS = TYPING_REPEAT_MS / 2;

export function createTyping({ bus, clock, hub }: TypingDeps): Typing {
  const typists = new ActiveTypists(clock);
  /** Where the connections of this node type. */
  const own = new Map<ConnectionId, Set<ChannelId>>();

  function start(typist: Typist, channel: ChannelId): void {
    const { user, connection } = typist;
    const lastMs = typists.lastReportMs(connection, channel);
    if (lastMs !== undefined && clock.elapsed() - lastMs < MIN_REPEAT_MS) return;
    if (!typists.add(typist, channel)) return;
    own.set(connection, (own.get(connection) ?? new Set()).add(channel));
    bus.publish(`channel.${channel}`, { kind: 'typing', channel, user, on: true, from: connection });
  }

  function stop({ user, connection }: Typist, channel: ChannelId): void {
    own.get(connection)?.delete(channel);
    if (!typists.remove(connection, channel)) return;
    bus.publish(`channel.${channel}`, { kind: 'typing', channel, user, on: false, from: connection });
  }

  subscribeToTyping({ bus, hub, typists });
  return {
    report(typist, channel, on) {
      if (on) start(typist, channel);
      else stop(typist, channel);
    },
    disconnected(typist) {
      for (const channel of own.get(typist.connection) ?? []) stop(typist, channel);
      own.delete(typist.connection);
    },
  };
}

interface Receiver extends Pick<TypingDeps, 'bus' | 'hub'> {
  readonly typists: ActiveTypists;
}

/** Receives the typing of all nodes in the channels that connections here subscribe to. */
function subscribeToTyping({ bus, hub, typists }: Receiver): void {
  const subscriptions = new Map<ChannelId, () => void>();

  /** A user who stops on one connection and still types on another is still typing. */
  function isShown({ channel, user, on, from }: TypingMessage): boolean {
    if (on) return typists.add({ user, connection: from }, channel);
    typists.remove(from, channel);
    return !typists.isTyping(user, channel);
  }

  function onMessage(message: ChannelMessage): void {
    if (message.kind !== 'typing' || !isShown(message)) return;
    const { channel, user, on, from } = message;
    hub.broadcast(channel, { type: 'typing', channel, user, on }, from);
  }

  hub.observe({
    channelAdded(channel) {
      subscriptions.set(channel, bus.subscribe(`channel.${channel}`, onMessage));
    },
    channelRemoved(channel) {
      subscriptions.get(channel)?.();
      subscriptions.delete(channel);
      typists.clear(channel);
    },
  });
}
