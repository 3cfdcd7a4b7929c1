import type { ChannelView, Timeline, TimelineMessage } from '@parley/client';
import { describe, expect, test } from 'vitest';
import { nextScrollStep, type ScrollTarget, initialTarget } from './initial-position.ts';

const channel = (more: Partial<ChannelView>): ChannelView =>
  ({ unread: 0, readSeq: 10, lastSeq: 10, ...more }) as ChannelView;
const message = (seq: number | null): TimelineMessage => ({ id: `m${seq}`, seq }) as TimelineMessage;
const timeline = (seqs: readonly (number | null)[], more: Partial<Timeline> = {}): Timeline => ({
  state: 'loaded',
  messages: seqs.map(message),
  moreBefore: false,
  moreAfter: false,
  loadingBefore: false,
  loadingAfter: false,
  ...more,
});

const END: ScrollTarget = { kind: 'end' };
const SAVED: ScrollTarget = { kind: 'saved', message: 'm5', insidePx: 12 };

describe('initial target', () => {
  test('the target of a link comes first', () => {
    expect(initialTarget(channel({ unread: 3 }), 7, SAVED)).toEqual({ kind: 'message', seq: 7 });
  });

  test('unread messages come before the saved position', () => {
    const unread = { kind: 'unread', afterSeq: 10, lastSeq: 13 };
    expect(initialTarget(channel({ unread: 3, lastSeq: 13 }), null, SAVED)).toEqual(unread);
  });

  test('the saved position comes before the end', () => {
    expect(initialTarget(channel({}), null, SAVED)).toEqual(SAVED);
    expect(initialTarget(channel({}), null, null)).toEqual(END);
    expect(initialTarget(null, null, null)).toEqual(END);
  });
});

describe('steps to the target', () => {
  const unread = (afterSeq: number, lastSeq: number): ScrollTarget => ({ kind: 'unread', afterSeq, lastSeq });
  const nothing = timeline([], { state: 'empty' });

  test('the first step loads the latest messages, or those around a distant target', () => {
    expect(nextScrollStep(END, nothing, false)).toEqual({ kind: 'load', seq: null });
    expect(nextScrollStep(unread(10, 20), nothing, false)).toEqual({ kind: 'load', seq: null });
    expect(nextScrollStep(unread(10, 200), nothing, false)).toEqual({ kind: 'load', seq: 11 });
    expect(nextScrollStep({ kind: 'message', seq: 7 }, nothing, false)).toEqual({ kind: 'load', seq: 7 });
  });

  test('the step is to wait while messages load or have failed to', () => {
    expect(nextScrollStep(END, timeline([], { state: 'loading' }), false)).toEqual({ kind: 'wait' });
    expect(nextScrollStep(END, timeline([], { state: 'failed' }), false)).toEqual({ kind: 'wait' });
  });

  test('a target outside the window is loaded once', () => {
    const window = timeline([20, 21, 22], { moreBefore: true });
    expect(nextScrollStep(unread(10, 22), window, false)).toEqual({ kind: 'load', seq: 11 });
    expect(nextScrollStep(unread(10, 22), window, true)).toEqual({ kind: 'scroll', at: 'unread', index: 0 });
    const detached = timeline([1, 2], { moreAfter: true });
    expect(nextScrollStep({ kind: 'message', seq: 9 }, detached, false)).toEqual({ kind: 'load', seq: 9 });
  });

  test('an unread target scrolls to the first unread message', () => {
    expect(nextScrollStep(unread(10, 14), timeline([9, 10, 12, 14]), false)).toEqual({
      kind: 'scroll',
      at: 'unread',
      index: 2,
    });
  });

  test('a link target scrolls to its message, or to the one before an unknown seq', () => {
    expect(nextScrollStep({ kind: 'message', seq: 12 }, timeline([9, 10, 12]), false)).toEqual({
      kind: 'scroll',
      at: 'message',
      index: 2,
    });
    expect(nextScrollStep({ kind: 'message', seq: 11 }, timeline([9, 10, 12]), false)).toEqual({
      kind: 'scroll',
      at: 'message',
      index: 1,
    });
  });

  test('a saved position scrolls to its message, or to the end when that is not loaded', () => {
    expect(nextScrollStep(SAVED, timeline([4, 5, 6]), false)).toEqual({ kind: 'scroll', at: 'saved', index: 1 });
    expect(nextScrollStep(SAVED, timeline([7, 8]), false)).toEqual({ kind: 'scroll', at: 'end' });
  });

  test('an unread target scrolls to the end when nothing is unread any more', () => {
    expect(nextScrollStep(unread(14, 14), timeline([13, 14, null]), false)).toEqual({ kind: 'scroll', at: 'end' });
  });
});
