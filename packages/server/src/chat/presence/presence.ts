import type { UserId } from '@parley/protocol';
import { PRESENCE_LINGER_MS } from '#limits.ts';
import type { NodeId } from '#ports/bus.ts';
import { directMembers, isDirectMessage } from '../channels/direct-message.ts';
import { sliceOf } from './announce-slice.ts';
import { PresenceSubscriptions, type PresenceSubscriptionsDeps } from './presence-subscriptions.ts';

/**
 * Sends to the partners in direct messages which users are online. Sent to everyone, n users who reconnect would cost n²
 * frames. What another node announces is valid while the node is alive and repeats it.
 */
export interface Presence {
  isOnline(user: UserId): boolean;
  /** A connection of the user was opened here. */
  connected(user: UserId): void;
  /** A connection of the user is gone. */
  disconnected(user: UserId): void;
  /** Announces one slice of the users here again; `REANNOUNCE_SLICES` slices are all of them. */
  announce(slice: number): void;
  /** Discards what dead nodes announced, and what was not repeated in time. */
  expire(isAlive: (node: NodeId) => boolean): void;
  close(): void;
}

export type PresenceDeps = Omit<PresenceSubscriptionsDeps, 'isHere'>;

/** A user with connections here. */
interface Local {
  connections: number;
  /** Set while no connection is left, which may be a page reload. */
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
    locals.set(user, { connections: 1, cancelDeparture: null, unsubscribe: replyToRequests(deps, user) });
    publish(deps, user, 'online');
  }

  function depart(user: UserId): void {
    locals.get(user)?.unsubscribe();
    locals.delete(user);
    publish(deps, user, 'offline');
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
    announce(slice) {
      for (const user of locals.keys()) if (sliceOf(user) === slice) publish(deps, user, 'online');
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

function publish({ bus, node }: PresenceDeps, user: UserId, state: 'online' | 'offline'): void {
  bus.publish(`presence.${user}`, { kind: 'presence', user, node, state });
}

/** Replies to nodes that start to watch the user. Returns the function that stops it. */
function replyToRequests(deps: PresenceDeps, user: UserId): () => void {
  if (deps.bus.isReliable) return () => undefined;
  return deps.bus.subscribe(`presence.${user}`, (message) => {
    if (message.kind === 'presence-requested') publish(deps, user, 'online');
  });
}
