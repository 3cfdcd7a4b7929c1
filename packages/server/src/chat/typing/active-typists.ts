import { TYPING_EXPIRE_MS, type ChannelId, type UserId } from '@parley/protocol';
import { MAX_TYPISTS_PER_CHANNEL } from '#limits.ts';
import type { ConnectionId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';

export interface Typist {
  readonly user: UserId;
  readonly connection: ConnectionId;
}

/** By connection, on any node: whose it is and when it last reported that it types. */
type Reports = Map<ConnectionId, { readonly user: UserId; readonly atMs: number }>;

/** The connections that type in each channel. */
export class ActiveTypists {
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #channels = new Map<ChannelId, Reports>();

  constructor(clock: Pick<Clock, 'elapsed'>) {
    this.#clock = clock;
  }

  /** Returns false when the channel has too many typists to show one more: the work is bounded. */
  add({ user, connection }: Typist, channel: ChannelId): boolean {
    const reports: Reports = this.#channels.get(channel) ?? new Map();
    this.#channels.set(channel, reports);
    const nowMs = this.#clock.elapsed();
    for (const [other, { atMs }] of reports) if (nowMs - atMs > TYPING_EXPIRE_MS) reports.delete(other);
    if (!reports.has(connection) && reports.size >= MAX_TYPISTS_PER_CHANNEL) return false;
    reports.set(connection, { user, atMs: nowMs });
    return true;
  }

  /** Returns false when the connection was not typing there. */
  remove(connection: ConnectionId, channel: ChannelId): boolean {
    const reports = this.#channels.get(channel);
    if (reports?.delete(connection) !== true) return false;
    if (reports.size === 0) this.#channels.delete(channel);
    return true;
  }

  clear(channel: ChannelId): void {
    this.#channels.delete(channel);
  }

  /** When the connection last reported that it types there. */
  lastReportMs(connection: ConnectionId, channel: ChannelId): number | undefined {
    return this.#channels.get(channel)?.get(connection)?.atMs;
  }

  /** True while any connection of the user types there. */
  isTyping(user: UserId, channel: ChannelId): boolean {
    const nowMs = this.#clock.elapsed();
    const reports = [...(this.#channels.get(channel)?.values() ?? [])];
    return reports.some((report) => report.user === user && nowMs - report.atMs <= TYPING_EXPIRE_MS);
  }
}
