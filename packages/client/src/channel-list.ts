import type { ChannelId, UserId } from '@parley/protocol';
import type { ChannelState } from './channel-state.ts';
import type { ChannelView } from './parley-client.ts';

/** Makes views of channels. A view stays the same object until something in it changes. */
export class ChannelList {
  #states: ReadonlyMap<ChannelId, ChannelState> = new Map();
  #views = new Map<ChannelId, ChannelView>();
  #list: readonly ChannelView[] = [];
  readonly #compare = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare;

  /** By name; direct messages after them, the latest first. */
  of(channels: ReadonlyMap<ChannelId, ChannelState>, me: UserId): readonly ChannelView[] {
    const views = new Map<ChannelId, ChannelView>();
    for (const channel of channels.values()) views.set(channel.id, this.#view(channel, me));
    const isSameOrder = views.size === this.#views.size && [...views.values()].every((view) => this.#keepsPlace(view));
    this.#list = isSameOrder ? this.#renew(views) : this.#sort([...views.values()]);
    this.#states = channels;
    this.#views = views;
    return this.#list;
  }

  find(id: ChannelId): ChannelView | null {
    return this.#views.get(id) ?? null;
  }

  #view(channel: ChannelState, me: UserId): ChannelView {
    const before = this.#views.get(channel.id);
    if (before !== undefined && this.#states.get(channel.id) === channel) return before;
    const view = viewOf(channel, me);
    return before !== undefined && isEqual(before, view) ? before : view;
  }

  #keepsPlace(view: ChannelView): boolean {
    const before = this.#views.get(view.id);
    if (before?.kind !== view.kind) return false;
    return view.kind === 'dm' ? before.lastActivityMs === view.lastActivityMs : before.name === view.name;
  }

  #renew(views: ReadonlyMap<ChannelId, ChannelView>): readonly ChannelView[] {
    const list = this.#list.map((before) => views.get(before.id) ?? before);
    return list.every((view, index) => view === this.#list[index]) ? this.#list : list;
  }

  #sort(views: readonly ChannelView[]): readonly ChannelView[] {
    const named = views.filter(({ kind }) => kind !== 'dm');
    const direct = views.filter(({ kind }) => kind === 'dm');
    return [
      ...named.toSorted((a, b) => this.#compare(a.name, b.name)),
      ...direct.toSorted((a, b) => b.lastActivityMs - a.lastActivityMs || b.lastSeq - a.lastSeq),
    ];
  }
}

function viewOf(channel: ChannelState, me: UserId): ChannelView {
  const { id, kind, name, topic, members, memberCount, createdBy, readSeq, unread, mentions, lastActivityMs } = channel;
  const lastSeq = channel.have;
  return {
    id,
    kind,
    name,
    topic,
    others: othersOf(members ?? [], me),
    memberCount,
    createdBy,
    lastSeq,
    readSeq,
    unread,
    mentions,
    lastActivityMs,
  };
}

function othersOf(members: readonly UserId[], me: UserId): readonly UserId[] {
  const others = members.filter((user) => user !== me);
  return others.length === 0 ? members : others;
}

function isEqual(a: ChannelView, b: ChannelView): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
