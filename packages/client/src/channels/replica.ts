import type {
  ChannelId,
  ChannelSummary,
  LogEvent,
  MessagePage,
  ReadFrame,
  ReadyFrame,
  User,
  UserId,
} from '@parley/protocol';
import { moveCursor, recount } from '../reading/read-cursor.ts';
import { append, firstSeq, lastSeq, prepend, windowOf } from '../timeline/message-window.ts';
import { channelOf, type ChannelState, position, receive, withWindow } from './channel-state.ts';

/** Which part of a channel's messages a page holds. `seq`: of the message that the page was requested around or next to. */
export type PagePosition =
  | { readonly name: 'latest' }
  | { readonly name: 'around'; readonly seq: number }
  | { readonly name: 'before'; readonly seq: number }
  | { readonly name: 'after'; readonly seq: number };

/** The confirmed state of every channel of the user. Only frames of the server and the user's read cursor change it. */
export class Replica {
  me: User | null = null;
  #epoch: string | null = null;
  #channels: ReadonlyMap<ChannelId, ChannelState> = new Map();

  /** A new map after each change. */
  get channels(): ReadonlyMap<ChannelId, ChannelState> {
    return this.#channels;
  }

  find(id: ChannelId): ChannelState | null {
    return this.#channels.get(id) ?? null;
  }

  /** Returns whether the state from before may still be trusted. */
  ready({ epoch, user, channels }: ReadyFrame): boolean {
    const isTrusted = this.#epoch === null || (this.#epoch === epoch && this.me?.id === user.id);
    const before = isTrusted ? this.#channels : new Map<ChannelId, ChannelState>();
    this.#epoch = epoch;
    this.me = user;
    this.#channels = new Map(
      channels.map((summary) => [summary.id, this.#fromSummary(summary, before.get(summary.id) ?? null)]),
    );
    return isTrusted;
  }

  /** The user became a member of a channel. */
  addChannel(summary: ChannelSummary): void {
    this.#put(this.#fromSummary(summary, this.find(summary.id)));
  }

  removeChannel(id: ChannelId): void {
    this.#channels = new Map([...this.#channels].filter(([other]) => other !== id));
  }

  /** Returns the applied events in order: none, or several when one fills a gap. */
  receive(event: LogEvent): readonly LogEvent[] {
    const before = this.find(event.channel);
    if (before === null) return [];
    const [channel, applied] = receive(before, event, this.#myId);
    const hasCaughtUp = position(before) < before.receivedSeq && position(channel) >= channel.receivedSeq;
    if (channel !== before) this.#put(hasCaughtUp ? recount(channel, this.#myId) : channel);
    return applied;
  }

  /** Another device of the user moved the cursor. */
  applyRead({ channel: id, seq, unread, mentions }: ReadFrame): void {
    this.#update(id, (channel) => moveCursor(channel, seq, { me: this.#myId, reported: { unread, mentions } }));
  }

  /** Returns whether the cursor moved. */
  markRead(id: ChannelId, seq: number): boolean {
    const before = this.find(id);
    this.#update(id, (channel) => moveCursor(channel, Math.min(seq, channel.head), { me: this.#myId, reported: null }));
    return this.find(id) !== before;
  }

  noteHead(id: ChannelId, head: number): void {
    this.#update(id, (channel) => (head > channel.head ? { ...channel, head } : channel));
  }

  /** Returns false for a page that is no longer next to the loaded messages. */
  load(page: MessagePage, pagePosition: PagePosition): boolean {
    const channel = this.find(page.channel);
    if (channel === null) return false;
    const { window } = channel;
    switch (pagePosition.name) {
      case 'latest':
      case 'around':
        this.#put(withWindow(channel, windowOf(page)));
        break;
      case 'before':
        if (window === null || firstSeq(window) !== pagePosition.seq) return false;
        this.#put(withWindow(channel, prepend(window, page)));
        break;
      case 'after':
        if (window === null || lastSeq(window) !== pagePosition.seq) return false;
        this.#put(withWindow(channel, append(window, page)));
        break;
    }
    this.#update(page.channel, (loaded) => ({
      ...recount(loaded, this.#myId),
      head: Math.max(loaded.head, page.asOf),
      lastActivityMs: Math.max(loaded.lastActivityMs, page.messages.at(-1)?.at ?? 0),
    }));
    return true;
  }

  /** Drops the loaded messages of a channel. */
  unload(id: ChannelId): void {
    this.#update(id, (channel) => (channel.window === null ? channel : withWindow(channel, null)));
  }

  get #myId(): UserId {
    return this.me?.id ?? '';
  }

  // A cursor only moves forward, so one that the user moved meanwhile stays.
  #fromSummary(summary: ChannelSummary, before: ChannelState | null): ChannelState {
    const channel = channelOf(summary, before);
    return before === null ? channel : moveCursor(channel, before.readSeq, { me: this.#myId, reported: null });
  }

  #update(id: ChannelId, change: (channel: ChannelState) => ChannelState): void {
    const before = this.find(id);
    if (before === null) return;
    const after = change(before);
    if (after !== before) this.#put(after);
  }

  #put(channel: ChannelState): void {
    this.#channels = new Map(this.#channels).set(channel.id, channel);
  }
}
