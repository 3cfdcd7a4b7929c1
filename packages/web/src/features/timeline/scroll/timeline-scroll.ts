import type { ScrollToIndexOpts, VirtualizerHandle } from 'virtua';
import { createStore } from '../../../lib/store.ts';
import type { TimelineRow } from '../rows.ts';
import type { ScrollTarget } from './initial-position.ts';

/** This close to the end counts as being there. */
const END_PX = 40;
/** Space above the unread line at the initial position, which shows the context. */
const LEAD_PX = 96;
/** A visible day separator makes the floating date redundant. */
const DAY_LINE_PX = 28;

/**
 * Controls scrolling of the timeline. It follows new messages while the view is at the end of the log, and otherwise keeps
 * the reading position. Offsets are pixels from the top of the list.
 */
export class TimelineScroll {
  /** The end is in view, and stays in view when messages arrive. */
  readonly follows = createStore(false);
  /** Time of the topmost message in view, for the floating date. Null while its separator is in view. */
  readonly topDay = createStore<number | null>(null);
  /** The highest seq that was in view. */
  readonly seenSeq = createStore(0);
  #handle: VirtualizerHandle | null = null;
  #rows: readonly TimelineRow[] = [];
  #offset = 0;
  /** A requested scroll that no scroll event has confirmed yet. */
  #pendingScroll: (() => void) | null = null;

  /** Sets the list, or null when it unmounts. A new list repeats the pending scroll. */
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

  /** Call after each change of the rows, before paint. */
  rowsChanged(rows: readonly TimelineRow[]): void {
    this.#rows = rows;
    if (this.follows.get()) this.toEnd();
    this.#updateTopDay();
  }

  /** Call when rows or the window change size, and after the initial position is reached. */
  resized(): void {
    if (this.follows.get()) this.toEnd();
    // Without overflow there are no scroll events that would show that the end is in view.
    else if (!this.#canScroll()) this.#setFollows(!this.#isDetached());
  }

  /** The user scrolls up with the wheel. A measurement before the list has moved must not return them to the end. */
  stopFollowing(): void {
    if (this.#canScroll()) this.#setFollows(false);
  }

  scrolled(): void {
    const handle = this.#handle;
    if (handle === null) return;
    const offset = handle.scrollOffset;
    // Only the user scrolls up. A list that has grown is further from the end too, but has to follow.
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

  /** Scrolls to a row: a linked message to the middle, an unread one below context, a saved position to where it was. */
  toRow(index: number, at: 'message' | 'unread' | 'nearest' | { readonly insidePx: number }): void {
    // The nearest scroll may be none. If it leads away from the end, the scroll event shows it.
    if (at !== 'nearest') this.#setFollows(false);
    if (at === 'message') this.#scrollTo(index, { align: 'center' });
    else if (at === 'nearest') this.#scrollTo(index, { align: 'nearest' });
    else this.#scrollTo(index, { align: 'start', offset: at === 'unread' ? -LEAD_PX : at.insidePx });
  }

  /** The current position, to be restored later. */
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
    // A row cut by the lower edge is not seen yet.
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
