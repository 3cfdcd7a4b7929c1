import type { ScrollToIndexOpts, VirtualizerHandle } from 'virtua';
import { createStore } from '../../../lib/store.ts';
import type { TimelineRow } from '../rows.ts';
import type { ScrollTarget } from './initial-position.ts';

/** This near to the end counts as being there. */
const END_PX = 40;
/** Above the line of unread messages when landing there: enough to see what they answer. */
const LEAD_PX = 96;
/** A day separator that is visible speaks for itself. */
const DAY_LINE_PX = 28;

/**
 * What the timeline does about scrolling. It follows new messages while the reader is at the end of the log, and leaves
 * the reader's line alone otherwise. Offsets are pixels from the top of the list.
 */
export class TimelineScroll {
  /** The end is in view, and stays there when messages arrive. */
  readonly follows = createStore(false);
  /** Time of the topmost message in view, for the floating date; null while its separator is in view. */
  readonly topDay = createStore<number | null>(null);
  /** The last seq the reader has had in view. */
  readonly seenSeq = createStore(0);
  #handle: VirtualizerHandle | null = null;
  #rows: readonly TimelineRow[] = [];
  #offset = 0;
  /** A scroll that was asked for and not seen yet. */
  #pendingScroll: (() => void) | null = null;

  /** Null when the list goes. A list that takes its place gets what the last one was asked for. */
  attach(handle: VirtualizerHandle | null): void {
    this.#handle = handle;
    if (handle !== null) this.#pendingScroll?.();
  }

  get isNearStart(): boolean {
    const handle = this.#handle;
    return handle !== null && handle.scrollOffset < 2 * handle.viewportSize;
  }

  get isNearEnd(): boolean {
    const handle = this.#handle;
    return handle !== null && distanceToEnd(handle) < 2 * handle.viewportSize;
  }

  /** After each change of the rows, before it is painted. */
  rowsChanged(rows: readonly TimelineRow[]): void {
    this.#rows = rows;
    if (this.follows.get()) this.toEnd();
    this.#updateTopDay();
  }

  /** Rows or the window changed their size, or have it for sure after landing. */
  resized(): void {
    if (this.follows.get()) this.toEnd();
    // Where there is nowhere to scroll to, no scrolling ever tells that the end is in view.
    else if (!this.#canScroll()) this.#setFollows(!this.#isDetached());
  }

  /** The reader turns the wheel upwards. What is measured before the list has moved must not take them back to the end. */
  stopFollowing(): void {
    if (this.#canScroll()) this.#setFollows(false);
  }

  scrolled(): void {
    const handle = this.#handle;
    if (handle === null) return;
    const offset = handle.scrollOffset;
    // Only the reader scrolls up. A list that grew at the end is further from it too, but has to follow.
    if (distanceToEnd(handle) <= END_PX) this.#setFollows(!this.#isDetached());
    else if (offset < this.#offset - 1) this.#setFollows(false);
    this.#offset = offset;
    this.#pendingScroll = null;
    this.#updateTopDay();
    this.#updateSeen(handle);
  }

  toEnd(): void {
    if (this.#rows.length === 0) return;
    this.#setFollows(!this.#isDetached());
    this.#scrollTo(this.#rows.length - 1, { align: 'end' });
  }

  /** Scrolls to a row: a linked message to the middle, the first unread one below some context, a place as it was left. */
  toRow(index: number, at: 'message' | 'unread' | 'nearest' | { readonly insidePx: number }): void {
    // The nearest way may be none: whether it leads away from the end, scrolling will tell.
    if (at !== 'nearest') this.#setFollows(false);
    if (at === 'message') this.#scrollTo(index, { align: 'center' });
    else if (at === 'nearest') this.#scrollTo(index, { align: 'nearest' });
    else this.#scrollTo(index, { align: 'start', offset: at === 'unread' ? -LEAD_PX : at.insidePx });
  }

  /** Where the reader is, to come back to. */
  savedPosition(): ScrollTarget {
    const handle = this.#handle;
    if (handle === null || this.follows.get()) return { kind: 'end' };
    const index = handle.findItemIndex(handle.scrollOffset);
    const row = this.#rows.slice(index).find(({ kind }) => kind === 'message');
    if (row === undefined) return { kind: 'end' };
    return {
      kind: 'saved',
      message: row.key,
      insidePx: handle.scrollOffset - handle.getItemOffset(this.#rows.indexOf(row)),
    };
  }

  #scrollTo(index: number, options: ScrollToIndexOpts): void {
    this.#pendingScroll = () => this.#handle?.scrollToIndex(index, options);
    this.#pendingScroll();
  }

  #setFollows(follows: boolean): void {
    this.follows.set(follows);
    if (follows) this.#markSeen(this.#rows.length - 1);
  }

  #updateSeen(handle: VirtualizerHandle): void {
    const cutIndex = handle.findItemIndex(handle.scrollOffset + handle.viewportSize);
    // The one that the lower edge cuts is not seen yet.
    this.#markSeen(this.follows.get() ? this.#rows.length - 1 : cutIndex - 1);
  }

  #markSeen(index: number): void {
    const row = this.#rows.findLast((one, at) => at <= index && one.kind === 'message' && one.message.seq !== null);
    const seq = row?.kind === 'message' ? (row.message.seq ?? 0) : 0;
    this.seenSeq.set(Math.max(this.seenSeq.get(), seq));
  }

  #canScroll(): boolean {
    const handle = this.#handle;
    return handle !== null && handle.scrollSize - handle.viewportSize > END_PX;
  }

  #isDetached(): boolean {
    return this.#rows.at(-1)?.kind === 'end';
  }

  #updateTopDay(): void {
    const handle = this.#handle;
    if (handle === null) return;
    const index = handle.findItemIndex(handle.scrollOffset);
    const row = this.#rows[index];
    const isCovered =
      row?.kind === 'message' && !(row.startsDay && handle.scrollOffset - handle.getItemOffset(index) < DAY_LINE_PX);
    this.topDay.set(isCovered && handle.scrollOffset > 0 ? row.message.at : null);
  }
}

function distanceToEnd(handle: VirtualizerHandle): number {
  return handle.scrollSize - handle.viewportSize - handle.scrollOffset;
}
