import type { LogEvent, MessageView, ReadyFrame } from '@parley/protocol';
import { countUnread, type EventDraft, type FakeChannel, foldLog, pageOf } from '@parley/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimelineMessage } from '../parley-client.ts';
import { firstSeq, lastSeq } from '../timeline/message-window.ts';
import { isGapped, MAX_OUT_OF_ORDER_EVENTS } from './channel-state.ts';
import { Replica } from './replica.ts';

const ME = 'u_me';
const CHANNEL = 'c_1';
const USERS = [ME, 'u_a', 'u_b'] as const;
const EMOJI = ['👍', '🎉'] as const;

/** A valid log: every changed message exists. */
const log = fc
  .array(fc.tuple(fc.nat(9), fc.constantFrom(...USERS), fc.nat(1_000)), { minLength: 1, maxLength: 60 })
  .map((choices) => {
    const events: LogEvent[] = [];
    const ids: string[] = [];
    for (const [kind, by, pick] of choices) {
      const id = ids[pick % Math.max(1, ids.length)];
      const draft = draftOf({ kind, by, pick, id, fresh: `m${ids.length}` });
      if (draft.type === 'message') ids.push(draft.message.id);
      events.push({ ...draft, channel: CHANNEL, seq: events.length + 1, at: 1_000 + events.length });
    }
    return events;
  });

function draftOf(from: { kind: number; by: string; pick: number; id: string | undefined; fresh: string }): EventDraft {
  const { kind, by, pick, id, fresh } = from;
  const emoji = EMOJI[pick % EMOJI.length] ?? '👍';
  if (id === undefined || kind < 5) {
    const mentions = pick % 3 === 0 ? { mentions: [ME] } : {};
    return { type: 'message', by, message: { id: fresh, body: `${pick}`, ...mentions } };
  }
  if (kind === 5) return { type: 'edited', by, id, body: `edited ${pick}` };
  if (kind === 6) return { type: 'deleted', by, id };
  if (kind === 7) return { type: 'unreacted', by, id, emoji };
  if (kind === 8) return { type: 'renamed', by, name: `name ${pick}`, topic: '' };
  return { type: 'reacted', by, id, emoji };
}

function channelWith(events: readonly LogEvent[]): FakeChannel {
  const common = {
    id: CHANNEL,
    kind: 'public',
    name: '',
    topic: '',
    members: new Set<string>(),
    dmMembers: [],
  } as const;
  return { ...common, log: [...events], readSeqs: new Map() };
}

/** `ready` as of log position `at`. */
function readyAt(events: readonly LogEvent[], at: number, readSeq: number): ReadyFrame {
  const seen = events.slice(0, at);
  const renamed = seen.findLast((event) => event.type === 'renamed');
  const summary = { id: CHANNEL, kind: 'public', name: renamed?.name ?? '', topic: '', lastSeq: at, readSeq } as const;
  return {
    type: 'ready',
    protocol: 1,
    epoch: 'e',
    user: { id: ME, name: 'me', handle: 'me' },
    serverTime: 0,
    limits: { maxBodyChars: 0, maxFrameBytes: 0 },
    timers: { pingMs: 0, typingRepeatMs: 0, typingExpireMs: 0, sendTimeoutMs: 0 },
    channels: [{ ...summary, ...countUnread(seen, { me: ME, readSeq }) }],
  };
}

/** The loaded part of the timeline by the reference model. */
function expected(events: readonly LogEvent[], from: number, to: number): readonly TimelineMessage[] {
  const state = { state: 'sent', changing: false } as const;
  return foldLog(events)
    .filter(({ seq }) => seq >= from && seq <= to)
    .map(({ deleted, body, editedAt, thread, mentions, reactions, ...view }: MessageView) => ({
      ...view,
      ...state,
      body: body ?? '',
      deleted: deleted === true,
      editedAt: editedAt ?? null,
      thread: thread ?? null,
      mentions: mentions ?? [],
      reactions: reactions ?? [],
    }));
}

type Step =
  | { readonly name: 'event'; readonly pick: number }
  | { readonly name: 'events'; readonly from: number; readonly count: number }
  | { readonly name: 'older' | 'newer' | 'latest' | 'around' | 'ready'; readonly pick: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ name: fc.constant('event' as const), pick: fc.nat(1_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      name: fc.constant('events' as const),
      from: fc.nat(1_000),
      count: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      name: fc.constantFrom('older' as const, 'newer' as const, 'latest' as const, 'around' as const, 'ready' as const),
      pick: fc.nat(1_000),
    }),
  },
);

/** Executes a step like a server at log position `at`: events out of order and twice, pages of any age. */
function carryOut(
  replica: Replica,
  events: readonly LogEvent[],
  { at, readSeq, step: now }: { at: number; readSeq: number; step: Step },
) {
  const seen = channelWith(events.slice(0, at));
  const { window } = replica.find(CHANNEL)!;
  const page = (query: Parameters<typeof pageOf>[1], asOf: number) => pageOf(channelWith(events.slice(0, asOf)), query);
  switch (now.name) {
    case 'event':
      replica.receive(events[now.pick % at]!);
      return;
    case 'events':
      for (const event of events.slice(0, at).slice(now.from % at, (now.from % at) + now.count)) replica.receive(event);
      return;
    case 'latest':
      replica.load(page({ limit: 4 }, Math.max(1, at - (now.pick % 5))), { name: 'latest' });
      return;
    case 'around':
      replica.load(pageOf(seen, { around: 1 + (now.pick % at), limit: 4 }), { name: 'around', seq: now.pick });
      return;
    case 'older': {
      if (window === null || window.messages.length === 0) return;
      const seq = firstSeq(window);
      // As of any position at which the message next to the page exists.
      const asOf = Math.max(lastSeq(window), at - (now.pick % 7));
      replica.load(page({ before: seq, limit: 3 }, asOf), { name: 'before', seq });
      return;
    }
    case 'newer': {
      if (window === null || window.messages.length === 0 || !window.moreAfter) return;
      const seq = lastSeq(window);
      replica.load(page({ after: seq, limit: 3 }, Math.max(seq, at - (now.pick % 7))), { name: 'after', seq });
      return;
    }
    case 'ready':
      replica.ready(readyAt(events, at, readSeq));
  }
}

test('[LG7] after a sync the replica equals the log, whatever was lost, duplicated, reordered or loaded before', () => {
  const fixture = fc.record({
    events: log,
    steps: fc.array(step, { maxLength: 40 }),
    start: fc.nat(),
    readSeq: fc.nat(),
  });
  fc.assert(
    fc.property(fixture, ({ events, steps, start, readSeq: read }) => {
      const replica = new Replica();
      const readSeq = read % (events.length + 1);
      let at = 1 + (start % events.length);
      replica.ready(readyAt(events, at, readSeq));
      for (const one of steps) {
        carryOut(replica, events, { at, readSeq, step: one });
        at = Math.min(events.length, at + 1);
        checkNoSilentGap(replica, events);
      }
      for (const event of events) replica.receive(event);
      const channel = replica.find(CHANNEL)!;
      expect(channel).toMatchObject({ receivedSeq: events.length, head: events.length, buffered: new Map() });
      expect({ unread: channel.unread, mentions: channel.mentions }).toEqual(countUnread(events, { me: ME, readSeq }));
      expect(channel.name).toBe(events.findLast((event) => event.type === 'renamed')?.name ?? '');
      const { window } = channel;
      if (window === null) return;
      const from = window.moreBefore ? firstSeq(window) : 0;
      const to = window.moreAfter ? lastSeq(window) : Number.POSITIVE_INFINITY;
      expect(window.messages.map(withSortedReactions)).toEqual(expected(events, from, to).map(withSortedReactions));
    }),
    { numRuns: 500 },
  );
});

/** [G4] No message is missing between the first and the last of a window. */
function checkNoSilentGap(replica: Replica, events: readonly LogEvent[]): void {
  const { window } = replica.find(CHANNEL)!;
  if (window === null || window.messages.length === 0) return;
  const between = expected(events, firstSeq(window), lastSeq(window)).map(({ id }) => id);
  expect(window.messages.map(({ id }) => id)).toEqual(between);
}

// A page that is loaded later has each emoji's first use as of its own position, so only the order can differ.
function withSortedReactions(message: TimelineMessage): TimelineMessage {
  const sorted = message.reactions.map(({ emoji, users }) => ({ emoji, users: users.toSorted() }));
  return { ...message, reactions: sorted.toSorted((a, b) => a.emoji.localeCompare(b.emoji)) };
}

test('a buffered event after a gap is dropped when a page brings it', () => {
  const events = Array.from({ length: 3 }, (_, index): LogEvent => {
    return {
      type: 'message',
      channel: CHANNEL,
      seq: index + 1,
      at: 0,
      by: 'u_a',
      message: { id: `m${index}`, body: '' },
    };
  });
  const replica = new Replica();
  replica.ready(readyAt(events, 3, 0));
  replica.load(pageOf(channelWith(events.slice(0, 1)), {}), { name: 'latest' });
  replica.receive(events[2]!);
  expect(isGapped(replica.find(CHANNEL)!)).toBe(true);
  replica.load(pageOf(channelWith(events), {}), { name: 'latest' });
  expect(isGapped(replica.find(CHANNEL)!)).toBe(false);
});

test('[FR2] an event of an unknown type in the log moves the position and changes nothing else', () => {
  const base = { channel: CHANNEL, at: 0, by: 'u_a' } as const;
  const first: LogEvent = { ...base, type: 'message', seq: 1, message: { id: 'm1', body: 'before' } };
  const last: LogEvent = { ...base, type: 'message', seq: 3, message: { id: 'm3', body: 'after' } };
  const unknown = { ...base, type: 'of-a-newer-server', seq: 2 } as unknown as LogEvent;
  const replica = new Replica();
  replica.ready(readyAt([], 0, 0));
  replica.load(pageOf(channelWith([]), {}), { name: 'latest' });
  for (const event of [first, unknown, last]) replica.receive(event);
  const channel = replica.find(CHANNEL)!;
  expect(isGapped(channel)).toBe(false);
  expect(channel).toMatchObject({ receivedSeq: 3, unread: 2 });
  expect(channel.window?.messages.map(({ body }) => body)).toEqual(['before', 'after']);
});

test('messages that are older than the counts are not counted', () => {
  const events = Array.from({ length: 10 }, (_, index): LogEvent => {
    return {
      type: 'message',
      channel: CHANNEL,
      seq: index + 1,
      at: 0,
      by: 'u_a',
      message: { id: `m${index}`, body: '' },
    };
  });
  const replica = new Replica();
  replica.ready(readyAt(events, 10, 0));
  replica.load(pageOf(channelWith(events.slice(0, 5)), {}), { name: 'latest' });
  replica.markRead(CHANNEL, 3);
  expect(replica.find(CHANNEL)).toMatchObject({ readSeq: 3, unread: 7 });
});

test('buffered events after a gap are dropped when there are too many, and arrive again with the sync', () => {
  const events = Array.from({ length: MAX_OUT_OF_ORDER_EVENTS + 50 }, (_, index): LogEvent => {
    const message = { id: `m${index}`, body: '' };
    return { type: 'message', channel: CHANNEL, seq: index + 1, at: 0, by: 'u_a', message };
  });
  const replica = new Replica();
  replica.ready(readyAt(events, 0, 0));
  for (const event of events.slice(1)) {
    replica.receive(event);
    expect(replica.find(CHANNEL)!.buffered.size).toBeLessThanOrEqual(MAX_OUT_OF_ORDER_EVENTS);
  }
  expect(replica.find(CHANNEL)).toMatchObject({ receivedSeq: 0, head: events.length });
  for (const event of events) replica.receive(event);
  expect(replica.find(CHANNEL)).toMatchObject({ receivedSeq: events.length, head: events.length, buffered: new Map() });
});
