import type { ChannelId, UserId } from '@parley/protocol';
import type { ChannelState } from './channel-state.ts';
import { keep } from './keep.ts';
import type { ChannelView } from './parley-client.ts';

/** Makes views of channels. A view stays the same object until something in it changes. */
export class ChannelList {
  #states: ReadonlyMap<ChannelId, ChannelState> = new Map();
  #views: ReadonlyMap<ChannelId, ChannelView> = new Map();
  readonly #names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

  /** By name; direct messages after them, the latest first. */
  of(channels: ReadonlyMap<ChannelId, ChannelState>, me: UserId): readonly ChannelView[] {
    const views = new Map([...channels].map(([id, channel]) => [id, this.#view(channel, me)]));
    this.#states = channels;
    this.#views = views;
    return [...views.values()].toSorted((a, b) => this.#compare(a, b));
  }

  #view(channel: ChannelState, me: UserId): ChannelView {
    const before = this.#views.get(channel.id);
    if (before !== undefined && this.#states.get(channel.id) === channel) return before;
    return keep(before, viewOf(channel, me));
  }

  #compare(a: ChannelView, b: ChannelView): number {
    if (a.kind !== 'dm' && b.kind !== 'dm') return this.#names.compare(a.name, b.name);
    if (a.kind !== b.kind) return a.kind === 'dm' ? 1 : -1;
    return b.lastActivityMs - a.lastActivityMs || b.lastSeq - a.lastSeq;
  }
}

function viewOf(channel: ChannelState, me: UserId): ChannelView {
  const { id, kind, name, topic, members, memberCount, createdBy, readSeq, unread, mentions, lastActivityMs } = channel;
  const others = (members ?? []).filter((user) => user !== me);
  return {
    id,
    kind,
    name,
    topic,
    others: others.length === 0 ? (members ?? []) : others,
    memberCount,
    createdBy,
    lastSeq: channel.have,
    readSeq,
    unread,
    mentions,
    lastActivityMs,
  };
}
