import type { ScrollToIndexOpts, VirtualizerHandle } from 'virtua';
import { describe, expect, test } from 'vitest';
import type { TimelineRow } from '../rows.ts';
import { TimelineScroll } from './timeline-scroll.ts';

const ROW_PX = 50;
const VIEW_PX = 500;

/** A list whose rows all have the same height. */
class List implements VirtualizerHandle {
  scrollOffset = 0;
  readonly viewportSize = VIEW_PX;
  readonly cache: never[] & VirtualizerHandle['cache'] = [[]] as never;
  rows: readonly TimelineRow[] = [];
  requested: (ScrollToIndexOpts & { readonly index: number })[] = [];

  get scrollSize(): number {
    return Math.max(VIEW_PX, this.rows.length * ROW_PX);
  }

  findItemIndex(offset: number): number {
    return Math.max(0, Math.min(this.rows.length - 1, Math.floor(offset / ROW_PX)));
  }

  getItemOffset(index: number): number {
    return index * ROW_PX;
  }

  getItemSize(): number {
    return ROW_PX;
  }

  scrollToIndex(index: number, options: ScrollToIndexOpts = {}): void {
    this.requested.push({ index, ...options });
    const at = index * ROW_PX + (options.offset ?? 0);
    const end = at + ROW_PX - VIEW_PX;
    this.scrollTo({ end, center: (at + end) / 2 }[String(options.align)] ?? at);
  }

  scrollTo(offset: number): void {
    this.scrollOffset = Math.max(0, Math.min(offset, this.scrollSize - VIEW_PX));
  }

  scrollBy(offset: number): void {
    this.scrollTo(this.scrollOffset + offset);
  }
}

function rowsOf(count: number, detached = false): TimelineRow[] {
  const rows: TimelineRow[] = [{ kind: 'start', key: 'start', more: true }];
  for (let seq = 1; seq <= count; seq += 1) {
    rows.push({
      kind: 'message',
      key: `m${seq}`,
      message: { id: `m${seq}`, seq, at: seq },
      startsDay: seq === 1,
    } as TimelineRow);
  }
  return detached ? [...rows, { kind: 'end', key: 'end' }] : rows;
}

function fixture(count = 40, detached = false) {
  const list = new List();
  const scroll = new TimelineScroll();
  scroll.attach(list);
  const show = (rows: readonly TimelineRow[]): void => {
    list.rows = rows;
    scroll.rowsChanged(rows);
  };
  const scrollTo = (offset: number): void => {
    list.scrollTo(offset);
    scroll.scrolled();
  };
  show(rowsOf(count, detached));
  return { list, scroll, show, scrollTo };
}

const gap = (list: List): number => list.scrollSize - VIEW_PX - list.scrollOffset;

describe('at the end', () => {
  test('the view follows new messages', () => {
    const { list, scroll, show } = fixture();
    scroll.toEnd();
    show(rowsOf(45));
    expect(gap(list)).toBe(0);
    expect(scroll.follows.get()).toBe(true);
  });

  test('the view follows rows that grow', () => {
    const { list, scroll } = fixture();
    scroll.toEnd();
    list.scrollBy(-300);
    scroll.resized();
    expect(gap(list)).toBe(0);
  });

  test('the view follows a list that grew before it could be scrolled', () => {
    const { list, scroll } = fixture();
    scroll.toEnd();
    scroll.scrolled();
    list.rows = rowsOf(60);
    scroll.scrolled();
    expect(scroll.follows.get()).toBe(true);
  });
});

describe('further up', () => {
  test('the reading position does not move', () => {
    const { list, scroll, show, scrollTo } = fixture();
    scroll.toEnd();
    scroll.scrolled();
    scrollTo(800);
    show(rowsOf(45));
    scroll.resized();
    expect(list.scrollOffset).toBe(800);
  });

  test('scrolling down to the end follows again', () => {
    const { scroll, scrollTo } = fixture();
    scrollTo(800);
    expect(scroll.follows.get()).toBe(false);
    scrollTo(1e6);
    expect(scroll.follows.get()).toBe(true);
  });

  test('the end of a detached window is not followed', () => {
    const { scroll, scrollTo } = fixture(40, true);
    scrollTo(1e6);
    expect(scroll.follows.get()).toBe(false);
    scroll.toEnd();
    expect(scroll.follows.get()).toBe(false);
  });

  test('rows in view count as seen, except one cut by the lower edge', () => {
    const { scroll, scrollTo } = fixture();
    scrollTo(10 * ROW_PX + 10);
    // Rows 10 to 20 are in view, the last one partly. Row 20 is message 20.
    expect(scroll.seenSeq.get()).toBe(19);
    scrollTo(0);
    expect(scroll.seenSeq.get()).toBe(19);
  });

  test('the position is saved as a message and the part of it above the edge', () => {
    const { list, scroll, scrollTo } = fixture();
    scrollTo(10 * ROW_PX + 7);
    const savedPosition = scroll.savedPosition();
    expect(savedPosition).toEqual({ kind: 'saved', message: 'm10', insidePx: 7 });
    list.scrollTo(0);
    scroll.toRow(10, { insidePx: 7 });
    expect(list.scrollOffset).toBe(10 * ROW_PX + 7);
  });

  test('the end is saved as the end', () => {
    const { scroll } = fixture();
    scroll.toEnd();
    expect(scroll.savedPosition()).toEqual({ kind: 'end' });
  });
});

test('the floating date is that of the topmost message, unless its separator is in view', () => {
  const { scroll, scrollTo } = fixture();
  scrollTo(10 * ROW_PX);
  expect(scroll.topDay.get()).toBe(10);
  scrollTo(ROW_PX + 5);
  expect(scroll.topDay.get()).toBeNull();
});

test('a new list is scrolled to where the previous one was requested to go', () => {
  const scroll = new TimelineScroll();
  scroll.rowsChanged(rowsOf(40));
  scroll.toRow(20, 'message');
  const list = new List();
  list.rows = rowsOf(40);
  scroll.attach(list);
  expect(list.requested).toEqual([{ index: 20, align: 'center' }]);
  scroll.scrolled();
  scroll.attach(list);
  expect(list.requested).toHaveLength(1);
});

test('the view reports when it is near either end', () => {
  const { scroll, scrollTo } = fixture(200);
  scrollTo(4_000);
  expect([scroll.isNearStart, scroll.isNearEnd]).toEqual([false, false]);
  scrollTo(500);
  expect([scroll.isNearStart, scroll.isNearEnd]).toEqual([true, false]);
  scrollTo(1e6);
  expect([scroll.isNearStart, scroll.isNearEnd]).toEqual([false, true]);
});
