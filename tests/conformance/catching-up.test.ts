import { randomUUID } from 'node:crypto';
import { messagePage, type LogEvent, type MessageView } from '@parley/protocol';
import { createChannel } from '@parley/testkit/api-fixtures';
import type { RawClient } from '@parley/testkit/raw-client';
import { post, stored } from '@parley/testkit/server-fixture';
import { describe, expect, test as base } from 'vitest';
import { withTwoMembers } from './two-members.ts';

const test = withTwoMembers(base, { PARLEY_RATE_LIMITS: 'off' })
  .extend('postMany', ({ adas, channel }) => async (count: number): Promise<string[]> => {
    const ids = Array.from({ length: count }, () => randomUUID());
    await Promise.all(ids.map((id, index) => stored(adas, { type: 'send', channel, id, body: `message ${index}` })));
    return ids;
  })
  .extend('sync', ({ channel }) => async (client: RawClient, after: number, limit?: number) => {
    const reply = await client.ask({ type: 'sync', channel, after, ...(limit === undefined ? {} : { limit }) });
    if (reply.type !== 'events' || reply.channel !== channel) throw new Error(`answered ${JSON.stringify(reply)}`);
    return reply;
  })
  .extend('history', ({ channel }) => async (client: RawClient, query: object = {}) => {
    const reply = await client.ask({ type: 'history', channel, ...query });
    if (reply.type !== 'messages' || reply.channel !== channel) throw new Error(`answered ${JSON.stringify(reply)}`);
    return reply;
  });

const idsOf = (messages: readonly MessageView[]) => messages.map(({ id }) => id);
const seqsOf = (events: readonly LogEvent[]) => events.map(({ seq }) => seq);

describe('sync', () => {
  test('[SY1] [LG1] [LG2] sync answers the events after a position, in order and as delivered live', async ({
    ada,
    bob,
    channel,
    adas,
    postMany,
    sync,
  }) => {
    const bobs = await bob.connect();
    await postMany(3);
    await stored(adas, { type: 'react', channel, id: (await post(adas, channel)).id, emoji: '👍' });
    await adas.waitFor('reacted');
    await bobs.settle();
    const { events, lastSeq, more } = await sync(bobs, 2);
    expect(seqsOf(events)).toEqual([3, 4, 5, 6, 7]);
    expect({ lastSeq, more }).toEqual({ lastSeq: 7, more: false });
    const live = bobs.frames.filter((frame) => 'seq' in frame && 'by' in frame && frame.channel === channel);
    expect(events).toEqual(live);
    for (const event of events) expect(event).toMatchObject({ channel, at: expect.any(Number) as number, by: ada.id });
  });

  test('[SY1] sync at the head answers no events', async ({ channel, adas, sync }) => {
    const { seq } = await post(adas, channel);
    expect(await sync(adas, seq)).toMatchObject({ events: [], lastSeq: seq, more: false });
  });

  test('[SY2] sync reaches the head page by page while `more` is true', async ({ adas, postMany, sync }) => {
    await postMany(25);
    const seqs: number[] = [];
    for (let more = true, after = 0; more; after = seqs.at(-1)!) {
      const page = await sync(adas, after, 10);
      expect(page.lastSeq).toBe(27);
      expect(page.events.length).toBeLessThanOrEqual(10);
      seqs.push(...seqsOf(page.events));
      ({ more } = page);
    }
    expect(seqs).toEqual(Array.from({ length: 27 }, (_, index) => index + 1));
  });

  test('[SY1] a sync reply has at most 500 events, and a higher limit is malformed', async ({
    channel,
    adas,
    postMany,
    sync,
  }) => {
    await postMany(510);
    expect((await sync(adas, 0)).events).toHaveLength(500);
    expect((await sync(adas, 0, 500)).events).toHaveLength(500);
    for (const limit of [501, 0, -1, 1.5, '10']) {
      expect(await adas.ask({ type: 'sync', channel, after: 0, limit })).toMatchObject({ code: 'bad_request' });
    }
  });

  test('[SY3] sync from beyond the head is answered with a reset, because the client has another history', async ({
    channel,
    adas,
  }) => {
    const { seq } = await post(adas, channel);
    expect(await adas.ask({ type: 'sync', channel, after: seq + 1 })).toMatchObject({ type: 'reset', channel });
    expect(await adas.ask({ type: 'sync', channel, after: Number.MAX_SAFE_INTEGER })).toMatchObject({ type: 'reset' });
  });

  test('[SY3] sync from more than 10,000 events behind is answered with a reset', async ({
    channel,
    adas,
    postMany,
    sync,
    history,
  }) => {
    const batches = Array.from({ length: 20 }, () => 500);
    for (const count of batches) await postMany(count);
    const { lastSeq } = await sync(adas, 2);
    expect(lastSeq).toBe(10_002);
    expect(await adas.ask({ type: 'sync', channel, after: 1 })).toMatchObject({ type: 'reset', channel });
    expect((await sync(adas, 2, 1)).events).toMatchObject([{ seq: 3 }]);
    const page = await history(adas);
    expect(page.asOf).toBe(10_002);
  });
});

describe('history', () => {
  test('[SY4] history answers the latest fifty messages, oldest first', async ({ adas, postMany, history }) => {
    const ids = await postMany(60);
    const page = await history(adas);
    expect(idsOf(page.messages)).toEqual(ids.slice(10));
    expect(page).toMatchObject({ asOf: 62, more: true });
    expect(page.moreAfter ?? false).toBe(false);
  });

  test('[SY4] [SY7] history before a seq answers earlier messages, down to the first', async ({
    adas,
    postMany,
    history,
  }) => {
    const ids = await postMany(25);
    const first = await history(adas, { limit: 10 });
    const second = await history(adas, { before: first.messages[0]!.seq, limit: 10 });
    const third = await history(adas, { before: second.messages[0]!.seq, limit: 10 });
    expect([...idsOf(third.messages), ...idsOf(second.messages), ...idsOf(first.messages)]).toEqual(ids);
    expect([first.more, second.more, third.more]).toEqual([true, true, false]);
    expect([second.moreAfter, third.moreAfter]).toEqual([true, true]);
    expect(await history(adas, { before: 1 })).toMatchObject({ messages: [], more: false });
  });

  test('[SY7] a history of exactly one page has no further page', async ({ adas, postMany, history }) => {
    await postMany(10);
    expect(await history(adas, { limit: 10 })).toMatchObject({ more: false });
    expect(await history(adas, { after: 0, limit: 10 })).toMatchObject({ moreAfter: false });
  });

  test('[SY4] [SY7] history after a seq answers later messages, up to the last', async ({
    adas,
    postMany,
    history,
  }) => {
    const ids = await postMany(15);
    const first = await history(adas, { after: 0, limit: 10 });
    const second = await history(adas, { after: first.messages.at(-1)!.seq, limit: 10 });
    expect([...idsOf(first.messages), ...idsOf(second.messages)]).toEqual(ids);
    expect([first.more, first.moreAfter]).toEqual([false, true]);
    expect([second.more, second.moreAfter ?? false]).toEqual([true, false]);
  });

  test('[SY8] history around a seq answers both sides and the message itself', async ({ adas, postMany, history }) => {
    const ids = await postMany(30);
    const middle = await history(adas, { around: 17, limit: 10 });
    expect(middle.messages).toHaveLength(10);
    expect(middle.messages.map(({ seq }) => seq)).toContain(17);
    expect(middle.messages.some(({ seq }) => seq < 17) && middle.messages.some(({ seq }) => seq > 17)).toBe(true);
    expect([middle.more, middle.moreAfter]).toEqual([true, true]);
    const seqs = middle.messages.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
    const start = await history(adas, { around: 0, limit: 10 });
    expect(start.messages[0]!.id).toBe(ids[0]);
    expect(start.more).toBe(false);
    const end = await history(adas, { around: 1_000_000, limit: 10 });
    expect(end.messages.at(-1)!.id).toBe(ids.at(-1));
    expect(end.moreAfter ?? false).toBe(false);
  });

  test('[SY4] a history reply has at most 200 messages, and a higher limit or two anchors are malformed', async ({
    channel,
    adas,
    postMany,
    history,
  }) => {
    await postMany(205);
    expect((await history(adas, { limit: 200 })).messages).toHaveLength(200);
    for (const query of [
      { limit: 201 },
      { limit: 0 },
      { before: 0 },
      { before: 5, after: 1 },
      { around: 5, before: 9 },
    ]) {
      expect(await adas.ask({ type: 'history', channel, ...query })).toMatchObject({ code: 'bad_request' });
    }
  });

  test('[SY5] history answers the current state of each message, and the seq it is as of', async ({
    ada,
    channel,
    adas,
    history,
  }) => {
    const one = await post(adas, channel, 'one');
    const two = await post(adas, channel, 'two');
    const edited = await stored(adas, { type: 'edit', channel, id: one.id, body: 'uno' });
    const gone = await stored(adas, { type: 'delete', channel, id: two.id });
    expect(await history(adas)).toMatchObject({
      asOf: gone.seq,
      messages: [
        { id: one.id, seq: one.seq, at: one.at, by: ada.id, body: 'uno', editedAt: edited.at },
        { id: two.id, seq: two.seq, at: two.at, by: ada.id, deleted: true },
      ],
    });
  });

  test('[SY5] [SY1] history agrees with the log during concurrent edits', async ({
    channel,
    adas,
    postMany,
    sync,
    history,
  }) => {
    const [one] = await postMany(5);
    const changes = Array.from({ length: 100 }, (_, index) =>
      stored(adas, { type: 'edit', channel, id: one, body: `version ${index}` }),
    );
    const pages = await Promise.all(Array.from({ length: 20 }, () => history(adas)));
    await Promise.all(changes);
    const { events } = await sync(adas, 0);
    for (const { messages, asOf } of pages) {
      const edit = events.findLast((event) => event.type === 'edited' && event.seq <= asOf);
      const body = edit?.type === 'edited' ? edit.body : 'message 0';
      expect(messages[0]).toMatchObject({ body });
    }
  });

  test('[HT25] history over HTTP equals history over the WebSocket', async ({
    ada,
    channel,
    adas,
    postMany,
    history,
  }) => {
    await postMany(30);
    const pages: [string, object][] = [
      ['', {}],
      ['?limit=5', { limit: 5 }],
      ['?before=20&limit=5', { before: 20, limit: 5 }],
      ['?after=20&limit=5', { after: 20, limit: 5 }],
      ['?around=20&limit=5', { around: 20, limit: 5 }],
    ];
    for (const [query, command] of pages) {
      const { type: _type, ref: _ref, ...page } = await history(adas, command);
      expect((await ada.api('GET', `/channels/${channel}/messages${query}`)).as(messagePage)).toEqual(page);
    }
    for (const query of ['?limit=201', '?limit=x', '?before=-1', '?before=5&after=1']) {
      const answer = await ada.api('GET', `/channels/${channel}/messages${query}`);
      expect([answer.status, answer.code], query).toEqual([400, 'bad_request']);
    }
  });
});

test('[SY9] a new member can read the whole log', async ({ fixture, ada, channel, postMany, sync, history }) => {
  const ids = await postMany(3);
  const eve = await fixture.user();
  const eves = await eve.connect();
  expect(await eves.ask({ type: 'sync', channel, after: 0 })).toMatchObject({ code: 'not_found' });
  await ada.api('POST', `/channels/${channel}/members`, { user: eve.id });
  await eves.waitFor('channel', { channel: { id: channel } });
  expect(idsOf((await history(eves)).messages)).toEqual(ids);
  expect(seqsOf((await sync(eves, 0)).events)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('[LV3] a pong has the heads of exactly the user’s channels', async ({ bob, channel, adas }) => {
  const { seq } = await post(adas, channel);
  const others = await createChannel([bob]);
  const pong = await adas.ask({ type: 'ping' });
  if (pong.type !== 'pong') throw new Error('no pong');
  expect(pong.heads[channel]).toBe(seq);
  expect(Object.keys(pong.heads)).toHaveLength(adas.ready.channels.length);
  expect(pong.heads).not.toHaveProperty(others);
});
