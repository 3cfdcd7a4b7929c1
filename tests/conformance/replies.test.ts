import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { channelReply, type ChannelId } from '@parley/protocol';
import { createChannel } from '@parley/testkit/api-fixtures';
import { encodeFrame, OPCODE, openRawSocket } from '@parley/testkit/raw-socket';
import { newClientId, newName, post } from '@parley/testkit/server-fixture';
import { describe, expect, vi, test as base } from 'vitest';
import { withTwoMembers } from './two-members.ts';

/** Only ends a test that hangs. */
const HANG_MS = 60_000;

/** The largest in bytes: three of UTF-8 for each unit. */
const LONGEST_BODY = '語'.repeat(10_000);

const test = withTwoMembers(base, { PARLEY_RATE_LIMITS: 'off' })
  .override('channel', ({ ada }) => createChannel([ada]))
  .extend('fill', ({ adas, channel }) => async (count: number): Promise<number> => {
    let last = 0;
    for (let times = 0; times < count; times += 10) {
      const posted = await Promise.all(Array.from({ length: 10 }, () => post(adas, channel, LONGEST_BODY)));
      last = posted.at(-1)!.seq;
      await adas.settle();
    }
    return last;
  });

describe('a channel of maximum-size messages', () => {
  test('[SY10] [SY2] a channel of maximum-size messages can be synced from its first event', async ({
    ada,
    channel,
    fill,
  }) => {
    const last = await fill(200);
    const late = await ada.connect();
    const seqs: number[] = [];
    for (let more = true, after = 0; more; after = seqs.at(-1)!) {
      const page = await late.ask({ type: 'sync', channel, after });
      if (page.type !== 'events') throw new Error(JSON.stringify(page));
      seqs.push(...page.events.map(({ seq }) => seq));
      ({ more } = page);
      expect(page.lastSeq).toBe(last);
    }
    expect(seqs).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  });

  test('[SY10] [SY7] a channel of maximum-size messages can be paged backwards and forwards', async ({
    ada,
    channel,
    fill,
  }) => {
    const last = await fill(200);
    const late = await ada.connect();
    const backwards: number[] = [];
    for (let more = true, before: number | undefined; more; before = backwards.at(-1)) {
      const page = await late.ask({
        type: 'history',
        channel,
        limit: 200,
        ...(before === undefined ? {} : { before }),
      });
      if (page.type !== 'messages') throw new Error(JSON.stringify(page));
      backwards.push(...page.messages.map(({ seq }) => seq).toReversed());
      ({ more } = page);
    }
    const all = Array.from({ length: last - 1 }, (_, index) => index + 2);
    expect(backwards.toReversed()).toEqual(all);
    const forwards: number[] = [];
    for (let more: boolean | undefined = true, after = 0; more === true; after = forwards.at(-1)!) {
      const page = await late.ask({ type: 'history', channel, limit: 200, after });
      if (page.type !== 'messages') throw new Error(JSON.stringify(page));
      forwards.push(...page.messages.map(({ seq }) => seq));
      more = page.moreAfter;
    }
    expect(forwards).toEqual(all);
    const around = await late.ask({ type: 'history', channel, limit: 200, around: 100 });
    if (around.type !== 'messages') throw new Error(JSON.stringify(around));
    const seqs = around.messages.map(({ seq }) => seq);
    expect(seqs).toContain(100);
    expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
    expect([around.more, around.moreAfter]).toEqual([seqs[0]! > 2, seqs.at(-1)! < last]);
  });
});

describe('a single user', () => {
  test(
    '[HS20] a user who was added to a thousand channels can still connect',
    { timeout: 120_000 },
    async ({ fixture, ada, adas }) => {
      const victim = await fixture.user();
      const channels: ChannelId[] = [];
      for (let times = 0; times < 1_000; times += 50) {
        const made = await Promise.all(
          Array.from({ length: 50 }, async () => {
            const name = newName().padEnd(80, '語');
            const answer = await ada.api('POST', '/channels', { name, kind: 'private', topic: '語'.repeat(250) });
            const { id } = answer.as(channelReply).channel;
            await ada.api('POST', `/channels/${id}/members`, { user: victim.id });
            return id;
          }),
        );
        channels.push(...made);
      }
      const general = adas.ready.channels.find(({ name }) => name === 'general')!.id;
      const quiet = new AbortController();
      const talk = (async () => {
        while (!quiet.signal.aborted) await post(adas, general);
      })();
      for (let times = 0; times < 5; times += 1) {
        const client = await victim.connect();
        expect(Buffer.byteLength(client.texts[0]!)).toBeGreaterThan(1_048_576);
        expect(client.ready.channels).toHaveLength(channels.length + 1);
        await client.settle();
        await client.close();
      }
      quiet.abort();
      await talk;
    },
  );

  test(
    '[SY11] a client with many outstanding syncs gets the replies as fast as it reads',
    { timeout: 120_000 },
    async ({ fixture, ada, channel, adas }) => {
      const body = 'x'.repeat(10_000);
      for (let times = 0; times < 30; times += 1) {
        await Promise.all(Array.from({ length: 10 }, () => post(adas, channel, body)));
      }
      await using socket = await openRawSocket({
        port: fixture.server.port,
        path: `/ws/${newClientId()}`,
        headers: { Authorization: `Bearer ${ada.token}` },
      });
      await socket.head;
      socket.tcp.pause();
      for (let ref = 1; ref <= 200; ref += 1) {
        socket.write(encodeFrame(JSON.stringify({ type: 'sync', ref, channel, after: ref })));
      }
      await sleep(500);
      socket.tcp.resume();
      await vi.waitUntil(() => socket.frames.some(({ payload }) => payload.includes('"ref":200')), HANG_MS);
      expect(socket.frames.filter(({ payload }) => payload.includes('"type":"events"'))).toHaveLength(200);
    },
  );

  test('[LM4] [CL4] a client that pings and does not read the pongs is closed with 4101', async ({ fixture, ada }) => {
    await using socket = await openRawSocket({
      port: fixture.server.port,
      path: `/ws/${newClientId()}`,
      headers: { Authorization: `Bearer ${ada.token}` },
    });
    await socket.head;
    socket.tcp.pause();
    const pings = Buffer.concat(
      Array.from({ length: 1_000 }, () => encodeFrame('x'.repeat(125), { opcode: OPCODE.ping })),
    );
    for (let times = 0; times < 200 && socket.tcp.writable; times += 1) {
      if (!socket.tcp.write(pings)) await Promise.race([once(socket.tcp, 'drain'), sleep(200)]);
    }
    await sleep(200);
    socket.tcp.resume();
    expect(await socket.closeCode).toBe(4101);
  });
});
