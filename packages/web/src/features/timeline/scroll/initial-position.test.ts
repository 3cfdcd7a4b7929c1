import type { ChannelView, Timeline, TimelineMessage } from '@parley/client';
import { describe, expect, test } from 'vitest';
import { landingOf, type Target, targetOf } from './initial-position.ts';

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

const END: Target = { kind: 'end' };
const LEFT: Target = { kind: 'place', message: 'm5', insidePx: 12 };

describe('where to come in', () => {
  test('is the message of a link before all', () => {
    expect(targetOf(channel({ unread: 3 }), 7, LEFT)).toEqual({ kind: 'message', seq: 7 });
  });

  test('is what is unread before where one was', () => {
    const unread = { kind: 'unread', afterSeq: 10, lastSeq: 13 };
    expect(targetOf(channel({ unread: 3, lastSeq: 13 }), null, LEFT)).toEqual(unread);
  });

  test('is where one was, or else the end', () => {
    expect(targetOf(channel({}), null, LEFT)).toEqual(LEFT);
    expect(targetOf(channel({}), null, null)).toEqual(END);
    expect(targetOf(null, null, null)).toEqual(END);
  });
});

describe('the way there', () => {
  const unread = (afterSeq: number, lastSeq: number): Target => ({ kind: 'unread', afterSeq, lastSeq });
  const nothing = timeline([], { state: 'empty' });

  test('begins with the latest messages, or with those around something far', () => {
    expect(landingOf(END, nothing, false)).toEqual({ kind: 'load', seq: null });
    expect(landingOf(unread(10, 20), nothing, false)).toEqual({ kind: 'load', seq: null });
    expect(landingOf(unread(10, 200), nothing, false)).toEqual({ kind: 'load', seq: 11 });
    expect(landingOf({ kind: 'message', seq: 7 }, nothing, false)).toEqual({ kind: 'load', seq: 7 });
  });

  test('waits while messages load, and where they can not', () => {
    expect(landingOf(END, timeline([], { state: 'loading' }), false)).toEqual({ kind: 'wait' });
    expect(landingOf(END, timeline([], { state: 'failed' }), false)).toEqual({ kind: 'wait' });
  });

  test('loads what is not there, once', () => {
    const window = timeline([20, 21, 22], { moreBefore: true });
    expect(landingOf(unread(10, 22), window, false)).toEqual({ kind: 'load', seq: 11 });
    expect(landingOf(unread(10, 22), window, true)).toEqual({ kind: 'land', at: 'unread', index: 0 });
    const detached = timeline([1, 2], { moreAfter: true });
    expect(landingOf({ kind: 'message', seq: 9 }, detached, false)).toEqual({ kind: 'load', seq: 9 });
  });

  test('ends at the first unread message', () => {
    expect(landingOf(unread(10, 14), timeline([9, 10, 12, 14]), false)).toEqual({
      kind: 'land',
      at: 'unread',
      index: 2,
    });
  });

  test('ends at the linked message, or at the one before a position that is none', () => {
    expect(landingOf({ kind: 'message', seq: 12 }, timeline([9, 10, 12]), false)).toEqual({
      kind: 'land',
      at: 'message',
      index: 2,
    });
    expect(landingOf({ kind: 'message', seq: 11 }, timeline([9, 10, 12]), false)).toEqual({
      kind: 'land',
      at: 'message',
      index: 1,
    });
  });

  test('ends where one was, or at the end when that message is not loaded any more', () => {
    expect(landingOf(LEFT, timeline([4, 5, 6]), false)).toEqual({ kind: 'land', at: 'place', index: 1 });
    expect(landingOf(LEFT, timeline([7, 8]), false)).toEqual({ kind: 'land', at: 'end' });
  });

  test('ends at the end when nothing is unread any more', () => {
    expect(landingOf(unread(14, 14), timeline([13, 14, null]), false)).toEqual({ kind: 'land', at: 'end' });
  });
});
