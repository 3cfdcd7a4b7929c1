import type { ChannelId, UserId } from '@parley/protocol';
import type { ChannelView } from '../parley-client.ts';
import { reuseIfEqual } from '../structural-sharing.ts';
import type { ChannelState } from './channel-state.ts';

const NAMES = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Sorted by name; direct messages follow, the latest first. A view that is equal to one in `shown` stays the same object. */
export function channelList(
  channels: ReadonlyMap<ChannelId, ChannelState>,
  me: UserId,
  shown: readonly ChannelView[],
): readonly ChannelView[] {
  const before = new Map(shown.map((view) => [view.id, view]));
  const views = [...channels.values()].map((channel) => reuseIfEqual(before.get(channel.id), viewOf(channel, me)));
  return views.toSorted(compare);
}

function compare(a: ChannelView, b: ChannelView): number {
  const isDm = a.kind === 'dm';
  if (isDm !== (b.kind === 'dm')) return isDm ? 1 : -1;
  return isDm ? b.lastActivityMs - a.lastActivityMs || b.lastSeq - a.lastSeq : NAMES.compare(a.name, b.name);
}

function viewOf(channel: ChannelState, me: UserId): ChannelView {
  const { receivedSeq: lastSeq, members, head: _head, window: _window, buffered: _buffered, ...view } = channel;
  const others = (members ?? []).filter((user) => user !== me);
  return { ...view, lastSeq, others: others.length === 0 ? (members ?? []) : others };
}
