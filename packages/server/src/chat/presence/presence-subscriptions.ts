import type { ChannelId, PresenceState, UserId } from '@parley/protocol';
import type { Subscribers } from '#kernel/subscribers.ts';
import { PRESENCE_EXPIRE_MS } from '#limits.ts';
import type { Bus, NodeId, PresenceMessage } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';

export interface PresenceSubscriptionsDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly node: NodeId;
  readonly isHere: (user: UserId) => boolean;
  readonly hub: Subscribers;
}

/** A member of a direct message that connections here subscribe to. */
interface Watched {
  readonly channels: Set<ChannelId>;
  /** The nodes where the user is connected, and when each last announced it. */
  readonly nodes: Map<NodeId, number>;
  published: PresenceState;
  readonly unsubscribe: () => void;
}

/** The presence that all nodes announce, of the users who are watched here. */
export class PresenceSubscriptions {
  readonly #deps: PresenceSubscriptionsDeps;
  readonly #watched = new Map<UserId, Watched>();

  constructor(deps: PresenceSubscriptionsDeps) {
    this.#deps = deps;
  }

  isOnline(user: UserId): boolean {
    return (this.#watched.get(user)?.nodes.size ?? 0) > 0;
  }

  watch(user: UserId, channel: ChannelId): void {
    const known = this.#watched.get(user);
    if (known !== undefined) {
      known.channels.add(channel);
      return;
    }
    const { bus, clock, node, isHere } = this.#deps;
    const unsubscribe = bus.subscribe(`presence.${user}`, (message) => this.#onMessage(user, message));
    const nodes = new Map(isHere(user) ? [[node, clock.elapsed()]] : []);
    const published = nodes.size > 0 ? 'online' : 'offline';
    this.#watched.set(user, { channels: new Set([channel]), nodes, published, unsubscribe });
    if (!bus.isReliable) bus.publish(`presence.${user}`, { kind: 'presence-requested', user });
  }

  unwatch(user: UserId, channel: ChannelId): void {
    const known = this.#watched.get(user);
    if (known === undefined || !known.channels.delete(channel) || known.channels.size > 0) return;
    known.unsubscribe();
    this.#watched.delete(user);
  }

  expire(isAlive: (node: NodeId) => boolean): void {
    const { clock, node, isHere } = this.#deps;
    const oldestMs = clock.elapsed() - PRESENCE_EXPIRE_MS;
    for (const [user, seen] of this.#watched) {
      for (const [other, announcedMs] of seen.nodes) {
        const holds = other === node ? isHere(user) : announcedMs >= oldestMs && isAlive(other);
        if (!holds) seen.nodes.delete(other);
      }
      this.#publishChange(user, seen);
    }
  }

  close(): void {
    for (const { unsubscribe } of this.#watched.values()) unsubscribe();
    this.#watched.clear();
  }

  #onMessage(user: UserId, message: PresenceMessage): void {
    const seen = this.#watched.get(user);
    if (seen === undefined || message.kind !== 'presence') return;
    if (message.state === 'offline') seen.nodes.delete(message.node);
    else seen.nodes.set(message.node, this.#deps.clock.elapsed());
    this.#publishChange(user, seen);
  }

  #publishChange(user: UserId, seen: Watched): void {
    const state = seen.nodes.size > 0 ? 'online' : 'offline';
    if (state === seen.published) return;
    seen.published = state;
    for (const channel of seen.channels) this.#deps.hub.broadcast(channel, { type: 'presence', user, state });
  }
}
