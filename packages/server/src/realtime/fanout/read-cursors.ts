import type { ChannelId, ChannelSummary, UserId } from '@parley/protocol';
import type { Bus, UserMessage } from '#ports/bus.ts';
import type { Hub } from './hub.ts';

export type CursorMessage = Extract<UserMessage, { kind: 'cursor' }>;

/** Sends moved read cursors to the connections of their user, and remembers how far each cursor was sent. */
export class ReadCursors {
  readonly #hub: Hub;
  /** Of the users connected here: by channel, the cursor that every connection has been sent. Empty on a reliable bus. */
  readonly #sent = new Map<UserId, Map<ChannelId, number>>();

  constructor({ hub, bus }: { readonly hub: Hub; readonly bus: Pick<Bus, 'isReliable'> }) {
    this.#hub = hub;
    // On a bus that loses nothing there is nothing to compare with the store.
    if (bus.isReliable) return;
    hub.observe({
      userAdded: (user) => void this.#sent.set(user, new Map()),
      userRemoved: (user) => void this.#sent.delete(user),
    });
  }

  /** The connections of the user were sent these cursors, in `ready` or in a `channel` frame. */
  recordSent(user: UserId, channels: Iterable<Pick<ChannelSummary, 'id' | 'readSeq'>>): void {
    const sent = this.#sent.get(user);
    if (sent === undefined) return;
    for (const { id, readSeq } of channels) if (!sent.has(id)) sent.set(id, readSeq);
  }

  lastSent(user: UserId, channel: ChannelId): number {
    return this.#sent.get(user)?.get(channel) ?? 0;
  }

  /** Sends a cursor to the user's connections, except to the one that moved it. A repeated cursor is sent again. */
  send({ user, channel, seq, unread, mentions, lastSeq, from }: Omit<CursorMessage, 'kind'>): void {
    // A late or duplicated message must not move the cursor back.
    if (seq < this.lastSent(user, channel)) return;
    this.#sent.get(user)?.set(channel, seq);
    for (const connection of this.#hub.connectionsOf(user)) {
      if (connection.id === from || !connection.channels.has(channel)) continue;
      connection.send({ type: 'read', channel, seq, unread, mentions, lastSeq });
    }
  }
}
