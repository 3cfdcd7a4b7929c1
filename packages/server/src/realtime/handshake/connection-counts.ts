import type { UserId } from '@parley/protocol';
import { MAX_CONNECTIONS_PER_ADDRESS } from '#limits.ts';

interface ConnectionOwner {
  readonly user: UserId;
  readonly clientId: string;
}

/** Which user holds each clientId, and how many connections each user and address has. */
export class ConnectionCounts {
  readonly #maxPerUser: number;
  readonly #holders = new Map<string, { readonly user: UserId; count: number }>();
  readonly #perUser = new Map<UserId, number>();
  readonly #perAddress = new Map<string, number>();

  constructor(maxPerUser: number) {
    this.#maxPerUser = maxPerUser;
  }

  get isEmpty(): boolean {
    return this.#holders.size === 0;
  }

  /** Another user holds the clientId. */
  isTaken(clientId: string, user: UserId): boolean {
    const holder = this.#holders.get(clientId);
    return holder !== undefined && holder.user !== user;
  }

  /** Any user holds the clientId. */
  isHeld(clientId: string): boolean {
    return this.#holders.has(clientId);
  }

  /** No further connection is allowed. A connection that supersedes another of its clientId does not count as further. */
  isFull(user: UserId, clientId: string, address: string): boolean {
    const replaces = this.#holders.has(clientId) ? 1 : 0;
    const ofUser = this.#perUser.get(user) ?? 0;
    const ofAddress = this.#perAddress.get(address) ?? 0;
    return ofUser - replaces >= this.#maxPerUser || ofAddress - replaces >= MAX_CONNECTIONS_PER_ADDRESS;
  }

  /** Counts a connection. It must be removed exactly once. */
  add({ user, clientId }: ConnectionOwner, address: string): void {
    const holder = this.#holders.get(clientId);
    if (holder === undefined) this.#holders.set(clientId, { user, count: 1 });
    else holder.count += 1;
    add(this.#perUser, user, 1);
    add(this.#perAddress, address, 1);
  }

  remove({ user, clientId }: ConnectionOwner, address: string): void {
    this.#release(clientId);
    add(this.#perUser, user, -1);
    add(this.#perAddress, address, -1);
  }

  #release(clientId: string): void {
    const holder = this.#holders.get(clientId);
    if (holder === undefined) return;
    holder.count -= 1;
    if (holder.count === 0) this.#holders.delete(clientId);
  }
}

function add(counts: Map<string, number>, key: string, difference: number): void {
  const count = (counts.get(key) ?? 0) + difference;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
