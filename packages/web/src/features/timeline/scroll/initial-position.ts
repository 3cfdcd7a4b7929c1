import type { ChannelView, Timeline } from '@parley/client';
import { DEFAULT_HISTORY_MESSAGES } from '@parley/protocol';

/** Where a conversation opens. */
export type ScrollTarget =
  /** The message of a link. */
  | { readonly kind: 'message'; readonly seq: number }
  /** The first unread message. */
  | { readonly kind: 'unread'; readonly afterSeq: number; readonly lastSeq: number }
  /** The position when the conversation was last left: `insidePx` of that message are above the upper edge. */
  | { readonly kind: 'saved'; readonly message: string; readonly insidePx: number }
  | { readonly kind: 'end' };

export type ScrollStep =
  | { readonly kind: 'wait' }
  /** Loads the messages around `seq`. Null loads the latest. */
  | { readonly kind: 'load'; readonly seq: number | null }
  | { readonly kind: 'scroll'; readonly at: 'end' }
  /** `index` is the position of a message in the timeline. */
  | { readonly kind: 'scroll'; readonly at: 'message' | 'unread' | 'saved'; readonly index: number };

/** The target of a link, or else unread messages, the saved position or the end. */
export function initialTarget(
  channel: ChannelView | null,
  atSeq: number | null,
  savedPosition: ScrollTarget | null,
): ScrollTarget {
  if (atSeq !== null) return { kind: 'message', seq: atSeq };
  if (channel !== null && channel.unread > 0) {
    return { kind: 'unread', afterSeq: channel.readSeq, lastSeq: channel.lastSeq };
  }
  return savedPosition ?? { kind: 'end' };
}

/** The next step towards `target`. `requested`: its messages were requested already, so that no further load follows. */
export function nextScrollStep(target: ScrollTarget, timeline: Timeline, requested: boolean): ScrollStep {
  if (timeline.state === 'loading' || timeline.state === 'failed') return { kind: 'wait' };
  const seq = seqOf(target);
  if (timeline.state === 'empty') return requested ? { kind: 'wait' } : { kind: 'load', seq: firstLoad(target) };
  if (seq !== null && !requested && !isLoaded(timeline, seq)) return { kind: 'load', seq };
  const index = indexOf(target, timeline);
  if (target.kind === 'end' || index === -1) return { kind: 'scroll', at: 'end' };
  return { kind: 'scroll', at: target.kind, index };
}

function seqOf(target: ScrollTarget): number | null {
  if (target.kind === 'message') return target.seq;
  return target.kind === 'unread' ? target.afterSeq + 1 : null;
}

/** Unread messages are usually among the latest. */
function firstLoad(target: ScrollTarget): number | null {
  if (target.kind === 'message') return target.seq;
  const isFar = target.kind === 'unread' && target.lastSeq - target.afterSeq >= DEFAULT_HISTORY_MESSAGES;
  return isFar ? target.afterSeq + 1 : null;
}

function isLoaded({ messages, moreBefore, moreAfter }: Timeline, seq: number): boolean {
  const seqs = messages.map((message) => message.seq).filter((one) => one !== null);
  const first = seqs[0];
  const last = seqs.at(-1);
  if (first === undefined || last === undefined) return !moreBefore && !moreAfter;
  return (!moreBefore || first <= seq) && (!moreAfter || last >= seq);
}

function indexOf(target: ScrollTarget, { messages }: Timeline): number {
  switch (target.kind) {
    case 'message':
      // The seq may belong to another kind of event: takes the nearest message before it.
      return messages.findLastIndex(({ seq }) => seq !== null && seq <= target.seq);
    case 'unread':
      return messages.findIndex(({ seq }) => seq !== null && seq > target.afterSeq);
    case 'saved':
      return messages.findIndex(({ id }) => id === target.message);
    case 'end':
      return -1;
    default:
      return target satisfies never;
  }
}
