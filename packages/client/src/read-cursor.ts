import { MAX_COUNTED_UNREAD, type UserId } from '@parley/protocol';
import type { ChannelState } from './channel-state.ts';
import { firstSeq, lastSeq, type Window } from './window.ts';

interface Counts {
  readonly unread: number;
  readonly mentions: number;
}

/**
 * Moves the read cursor forward. The counts after it are taken from the loaded messages; where those do not reach,
 * from `told`, or else they stay as they are until the server counts anew.
 */
export function moveCursor(
  channel: ChannelState,
  toSeq: number,
  { me, told }: { me: UserId; told: Counts | null },
): ChannelState {
  if (toSeq <= channel.readSeq) return channel;
  const counts = countAfter(channel, toSeq, me) ?? told ?? countDown(channel, toSeq, me);
  return { ...channel, readSeq: toSeq, ...counts };
}

function countAfter({ window, have }: ChannelState, readSeq: number, me: UserId): Counts | null {
  if (readSeq >= have) return { unread: 0, mentions: 0 };
  const reachesEnd = window !== null && !window.moreAfter && window.asOf >= have;
  return reachesEnd && reachesBack(window, readSeq) ? countBetween(window, { after: readSeq, upTo: have }, me) : null;
}

/** The end is not loaded, but all that is read now is: take that away. Not from a count that had stopped counting. */
function countDown(channel: ChannelState, readSeq: number, me: UserId): Counts | null {
  const { window, unread, mentions } = channel;
  if (window === null || unread >= MAX_COUNTED_UNREAD || !reachesBack(window, channel.readSeq)) return null;
  if (window.moreAfter ? lastSeq(window) < readSeq : window.asOf < readSeq) return null;
  const read = countBetween(window, { after: channel.readSeq, upTo: readSeq }, me);
  return { unread: Math.max(0, unread - read.unread), mentions: Math.max(0, mentions - read.mentions) };
}

function reachesBack(window: Window, seq: number): boolean {
  return !window.moreBefore || firstSeq(window) <= seq + 1;
}

function countBetween({ messages }: Window, span: { after: number; upTo: number }, me: UserId): Counts {
  const others = messages.filter(({ seq, by }) => seq !== null && seq > span.after && seq <= span.upTo && by !== me);
  return {
    unread: Math.min(others.length, MAX_COUNTED_UNREAD),
    mentions: Math.min(others.filter(({ mentions }) => mentions.includes(me)).length, MAX_COUNTED_UNREAD),
  };
}
