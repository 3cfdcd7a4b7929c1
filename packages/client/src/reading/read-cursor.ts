import { MAX_COUNTED_UNREAD, type UserId } from '@parley/protocol';
import type { ChannelState } from '../channels/channel-state.ts';
import { firstSeq, lastSeq, type Window } from '../timeline/message-window.ts';

interface Counts {
  readonly unread: number;
  readonly mentions: number;
}

/**
 * Moves the read cursor forward. The counts after it come from the loaded messages; if those do not reach far enough, from
 * `reported`; otherwise they stay until the server sends new ones.
 */
export function moveCursor(
  channel: ChannelState,
  toSeq: number,
  { me, reported }: { me: UserId; reported: Counts | null },
): ChannelState {
  if (toSeq <= channel.readSeq) return channel;
  const counts = countAfter(channel, toSeq, me) ?? reported ?? countDown(channel, toSeq, me);
  return { ...channel, readSeq: toSeq, ...counts };
}

/** Counts the loaded messages again, if they reach from the cursor to the end. */
export function recount(channel: ChannelState, me: UserId): ChannelState {
  return { ...channel, ...countAfter(channel, channel.readSeq, me) };
}

function countAfter(channel: ChannelState, readSeq: number, me: UserId): Counts | null {
  if (readSeq >= channel.receivedSeq) return { unread: 0, mentions: 0 };
  const reachesEnd = channel.window !== null && !channel.window.moreAfter && channel.window.asOf >= channel.receivedSeq;
  if (!reachesEnd || !reachesBack(channel.window, readSeq)) return null;
  const left = countBetween(channel.window, { after: readSeq, upTo: channel.receivedSeq }, me);
  // A tombstone no longer has its mentions: the count from before may include them.
  const mostMentions = left.mentions + left.tombstones;
  return capped({ unread: left.unread, mentions: Math.min(Math.max(channel.mentions, left.mentions), mostMentions) });
}

/** The end is not loaded, but all newly read messages are: subtracts them, unless the count is at its maximum. */
function countDown(channel: ChannelState, readSeq: number, me: UserId): Counts | null {
  if (
    channel.window === null ||
    channel.unread >= MAX_COUNTED_UNREAD ||
    !reachesBack(channel.window, channel.readSeq)
  ) {
    return null;
  }
  if (channel.window.moreAfter ? lastSeq(channel.window) < readSeq : channel.window.asOf < readSeq) return null;
  const read = countBetween(channel.window, { after: channel.readSeq, upTo: readSeq }, me);
  return { unread: Math.max(0, channel.unread - read.unread), mentions: Math.max(0, channel.mentions - read.mentions) };
}

function reachesBack(window: Window, seq: number): boolean {
  return !window.moreBefore || firstSeq(window) <= seq + 1;
}

function countBetween(window: Window, span: { after: number; upTo: number }, me: UserId) {
  const others = window.messages.filter(
    ({ seq, by }) => seq !== null && seq > span.after && seq <= span.upTo && by !== me,
  );
  return {
    unread: others.length,
    mentions: others.filter(({ mentions }) => mentions.includes(me)).length,
    tombstones: others.filter(({ deleted }) => deleted).length,
  };
}

function capped(counts: Counts): Counts {
  return {
    unread: Math.min(counts.unread, MAX_COUNTED_UNREAD),
    mentions: Math.min(counts.mentions, MAX_COUNTED_UNREAD),
  };
}
