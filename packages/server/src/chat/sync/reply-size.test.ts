import type { LogEvent, MessagePage } from '@parley/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_REPLY_CHARS } from '#limits.ts';
import { fitEvents, fitPage } from './reply-size.ts';

const bodyChars = fc.array(fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.constant(30_000)), { maxLength: 60 });
const anchors = fc.oneof(
  fc.constant(null),
  ...['before', 'after', 'around'].map((key) =>
    fc.nat(70).map((seq) => ({ [key]: seq }) as { readonly around: number }),
  ),
);

function pageOf(chars: readonly number[]): MessagePage {
  const messages = chars.map((length, index) => ({
    id: 'm',
    seq: index + 1,
    at: 0,
    by: 'u',
    body: 'x'.repeat(length),
  }));
  return { channel: 'c', asOf: chars.length, more: false, messages };
}

test('[SY10] the first events that fit are kept, and at least one', () => {
  fc.assert(
    fc.property(bodyChars, (chars) => {
      const events = chars.map((length, index): LogEvent => ({
        type: 'edited',
        channel: 'c',
        seq: index + 1,
        at: 0,
        by: 'u',
        id: 'm',
        body: 'x'.repeat(length),
      }));
      const kept = fitEvents(events);
      expect(kept).toEqual(events.slice(0, kept.length));
      if (events.length > 0) expect(kept.length).toBeGreaterThan(0);
      if (kept.length > 1) expect(JSON.stringify(kept).length).toBeLessThan(MAX_REPLY_CHARS + 100);
      const next = events.slice(0, kept.length + 1);
      if (kept.length < events.length) expect(JSON.stringify(next).length).toBeGreaterThan(MAX_REPLY_CHARS);
    }),
  );
});

test('[SY10] [SY7] a page without gaps is kept, with the sides on which there is more', () => {
  fc.assert(
    fc.property(bodyChars, anchors, (chars, anchor) => {
      const page = pageOf(chars);
      const kept = fitPage(page, anchor);
      const first = page.messages.findIndex((message) => message === kept.messages[0]);
      const from = Math.max(first, 0);
      expect(kept.messages).toEqual(page.messages.slice(from, from + kept.messages.length));
      if (page.messages.length > 0) expect(kept.messages.length).toBeGreaterThan(0);
      expect(kept.more).toBe(from > 0);
      expect(kept.moreAfter ?? false).toBe(from + kept.messages.length < page.messages.length);
      if (kept.messages.length > 1) expect(JSON.stringify(kept.messages).length).toBeLessThan(MAX_REPLY_CHARS + 100);
    }),
  );
});

test('[SY10] [SY8] the messages furthest from the anchor of a page are cut', () => {
  const page = pageOf(Array.from({ length: 60 }, () => 10_000));
  const seqs = (anchor: Parameters<typeof fitPage>[1]) => fitPage(page, anchor).messages.map(({ seq }) => seq);
  expect(seqs(null).at(-1)).toBe(60);
  expect(seqs({ before: 61 }).at(-1)).toBe(60);
  expect(seqs({ after: 0 })[0]).toBe(1);
  const around = seqs({ around: 30 });
  expect(around).toContain(30);
  expect(Math.abs(around[0]! + around.at(-1)! - 60)).toBeLessThanOrEqual(2);
});
