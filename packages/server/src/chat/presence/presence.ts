import type { UserId } from '@parley/protocol';
import { PRESENCE_LINGER_MS } from '#limits.ts';
import type { NodeId } from '#ports/bus.ts';
import { directMembers, isDirectMessage } from '../channels/direct-message.ts';
import { sliceOf } from './announce-slice.ts';
import { PresenceSubscriptions, type PresenceSubscriptionsDeps } from './presence-subscriptions.ts';

/**
 * Who is connected, as told to their partners in direct messages. Not to everyone: in a crowd of n that would cost n² frames
 * whenever it reconnects. What other nodes say of their users holds for as long as they repeat it, and as long as they live.
 */
export interface Presence {
  isOnline(user: UserId): boolean;
  /** A connection of the user came up here. */
  connected(user: UserId): void;
  /** A connection of the user is gone. */
  disconnected(user: UserId): void;
  /** Says again who is here, of one part of them; after `ATTENDANCE_TURNS` turns everyone was said. */
  announce(turn: number): void;
  /** Forgets what dead nodes said, and what nobody said for long. */
  expire(isAlive: (node: NodeId) => boolean): void;
  close(): void;
}

export type PresenceDeps = Omit<PresenceSubscriptionsDeps, 'isHere'>;

/** A user with connections here. */
interface Local {
  connections: number;
  /** Set while nobody is connected any more, and it may be a reload. */
  cancelDeparture: (() => void) | null;
  readonly unsubscribe: () => void;
}

export function createPresence(deps: PresenceDeps): Presence {
  const { clock } = deps;
  const locals = new Map<UserId, Local>();
  const watch = new PresenceSubscriptions({ ...deps, isHere: (user) => locals.has(user) });

  deps.hub.observe({
    channelAdded(channel, user) {
      if (isDirectMessage(channel)) for (const member of directMembers(channel, user)) watch.watch(member, channel);
    },
    channelRemoved(channel, user) {
      if (isDirectMessage(channel)) for (const member of directMembers(channel, user)) watch.unwatch(member, channel);
    },
  });

  function arrive(user: UserId): void {
    locals.set(user, { connections: 1, cancelDeparture: null, unsubscribe: answerForIt(deps, user) });
    say(deps, user, 'online');
  }

  function depart(user: UserId): void {
    locals.get(user)?.unsubscribe();
    locals.delete(user);
    say(deps, user, 'offline');
  }

  return {
    isOnline: (user) => locals.has(user) || watch.isOnline(user),
    connected(user) {
      const known = locals.get(user);
      if (known === undefined) return arrive(user);
      known.connections += 1;
      known.cancelDeparture?.();
      known.cancelDeparture = null;
    },
    disconnected(user) {
      const known = locals.get(user);
      if (known === undefined) return;
      known.connections -= 1;
      if (known.connections === 0) known.cancelDeparture = clock.after(PRESENCE_LINGER_MS, () => depart(user));
    },
    announce(turn) {
      for (const user of locals.keys()) if (sliceOf(user) === turn) say(deps, user, 'online');
    },
    expire: (isAlive) => watch.expire(isAlive),
    close() {
      for (const { cancelDeparture, unsubscribe } of locals.values()) {
        cancelDeparture?.();
        unsubscribe();
      }
      locals.clear();
      watch.close();
    },
  };
}

function say({ bus, node }: PresenceDeps, user: UserId, state: 'online' | 'offline'): void {
  bus.publish(`presence.${user}`, { kind: 'presence', user, node, state });
}

/** A node that has begun to care asks; where there is only one, none does. Returns the undo. */
function answerForIt(deps: PresenceDeps, user: UserId): () => void {
  if (deps.bus.isReliable) return () => undefined;
  return deps.bus.subscribe(`presence.${user}`, (message) => {
    if (message.kind === 'presence-requested') say(deps, user, 'online');
  });
}
