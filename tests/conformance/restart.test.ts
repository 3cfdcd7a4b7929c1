import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { createChannel } from '@parley/testkit/api-fixtures';
import { encodeFrame, OPCODE, openRawSocket } from '@parley/testkit/raw-socket';
import { newClientId, post, startFixture, stored } from '@parley/testkit/server-fixture';
import { describe, expect, test } from 'vitest';
import { plainGetResponse, upgradeResponse } from './handshake-responses.ts';

describe.concurrent('SIGTERM', () => {
  test('[CL7] SIGTERM closes every connection with 1012, and the server exits', async () => {
    await using fixture = await startFixture();
    const ada = await fixture.user();
    const clients = await Promise.all(Array.from({ length: 3 }, () => ada.connect()));
    const ended = fixture.server.kill('SIGTERM');
    for (const { closed } of clients) expect((await closed).code).toBe(1012);
    await ended;
    await expect(fixture.request('GET', '/healthz')).rejects.toThrow('fetch failed');
  });

  test('[HS18] a handshake during the drain is refused as draining, with a retry time', async ({ expect }) => {
    await using fixture = await startFixture();
    const { token } = await fixture.user();
    // A client that does not answer the close frame delays the exit of the server.
    await using unresponsive = await openRawSocket({
      port: fixture.server.port,
      path: `/ws/${newClientId()}`,
      headers: { Authorization: `Bearer ${token}` },
    });
    await unresponsive.head;
    const ended = fixture.server.kill('SIGTERM');
    await expect
      .poll(() => unresponsive.frames.some(({ opcode }) => opcode === OPCODE.close), { interval: 10 })
      .toBe(true);
    const attempt = { clientId: newClientId(), token };
    for (const response of [await upgradeResponse(fixture, attempt), await plainGetResponse(fixture, attempt)]) {
      expect(response).toMatchObject({ status: 503, code: 'draining' });
      expect(Number(response.retryAfter)).toBeGreaterThan(0);
    }
    await ended;
  });

  test('[HT34] a response during the drain closes its connection', async ({ expect }) => {
    await using fixture = await startFixture();
    const { token } = await fixture.user();
    // A client that does not answer the close frame delays the end of the server.
    await using client = await openRawSocket({
      port: fixture.server.port,
      path: `/ws/${newClientId()}`,
      headers: { Authorization: `Bearer ${token}` },
    });
    await client.head;
    const ended = fixture.server.kill('SIGTERM');
    await expect.poll(() => client.frames.some(({ opcode }) => opcode === OPCODE.close), { interval: 10 }).toBe(true);
    const { headers } = await fixture.request('GET', '/api/v1/server');
    expect(headers.get('connection')).toBe('close');
    await ended;
  });

  test('[SD1] acknowledged messages survive SIGTERM, and the log has no gap', async () => {
    await using fixture = await startFixture();
    const ada = await fixture.user();
    const channel = await createChannel([ada]);
    const client = await ada.connect();
    const ids = Array.from({ length: 300 }, () => randomUUID());
    const sent = Promise.allSettled(ids.map((id) => stored(client, { type: 'send', channel, id, body: 'x' })));
    await sleep(5);
    await fixture.server.restart();
    const acked = (await sent).flatMap((result) => (result.status === 'fulfilled' ? [result.value.seq] : []));
    const back = await ada.connect();
    const log = await back.ask({ type: 'sync', channel, after: 0 });
    if (log.type !== 'events') throw new Error(JSON.stringify(log));
    expect(log.events.map(({ seq }) => seq)).toEqual(log.events.map((_, index) => index + 1));
    const kept = new Set(log.events.map(({ seq }) => seq));
    expect(acked.every((seq) => kept.has(seq))).toBe(true);
  });
});

describe.concurrent('kill -9', () => {
  test('[SD1] [SD3] [LG1] kill -9 loses no acknowledged message, and each retry gets the first seq', async () => {
    await using fixture = await startFixture();
    const [ada, bob] = [await fixture.user(), await fixture.user()];
    const channel = await createChannel([ada, bob]);
    const acked = new Map<string, number>();
    const sent: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const client = await ada.connect();
      const ids = Array.from({ length: 150 }, () => randomUUID());
      const sends = ids.map(async (id) => {
        sent.push(id);
        acked.set(id, (await stored(client, { type: 'send', channel, id, body: 'x' })).seq);
      });
      await Promise.race(sends);
      await fixture.server.kill('SIGKILL');
      await Promise.allSettled(sends);
      await fixture.server.restart();
    }
    const back = await ada.connect();
    const before = await back.ask({ type: 'sync', channel, after: 0 });
    if (before.type !== 'events') throw new Error(JSON.stringify(before));
    expect(before.events.map(({ seq }) => seq)).toEqual(before.events.map((_, index) => index + 1));
    const kept = new Map(before.events.map((event) => [event.type === 'message' ? event.message.id : '', event.seq]));
    expect(acked.size).toBeGreaterThan(0);
    for (const [id, seq] of acked) expect(kept.get(id)).toBe(seq);
    for (const id of sent) {
      const { seq } = await stored(back, { type: 'send', channel, id, body: 'x' });
      expect(seq).toBe(kept.get(id) ?? seq);
    }
    const bobs = await bob.connect();
    const after = await bobs.ask({ type: 'history', channel, limit: 200 });
    if (after.type !== 'messages') throw new Error(JSON.stringify(after));
    expect(after.asOf).toBe(2 + sent.length);
  });
});

describe.concurrent('after a restart', () => {
  test('[LG5] epoch, users, channels, cursors and sessions survive a restart', async () => {
    await using fixture = await startFixture();
    const ada = await fixture.account();
    const bob = await fixture.user();
    const channel = await createChannel([ada, bob]);
    const client = await ada.connect();
    const { seq } = await post(client, channel);
    await client.ask({ type: 'read', channel, seq });
    await fixture.server.restart();
    const back = await ada.connect();
    expect(back.ready.epoch).toBe(client.ready.epoch);
    expect(back.ready.user).toEqual(client.ready.user);
    const summary = back.ready.channels.find(({ id }) => id === channel);
    expect(summary).toMatchObject({ lastSeq: seq, readSeq: seq, unread: 0 });
    expect((await bob.connect()).ready.user.id).toBe(bob.id);
  });

  test('[LG5] clients receive the new epoch after a backup was restored as operations.md describes', async () => {
    await using fixture = await startFixture();
    const ada = await fixture.user();
    const before = (await ada.connect()).ready.epoch;
    await fixture.server.kill('SIGTERM');
    const database = new DatabaseSync(join(fixture.server.dataFolder, 'parley.db'));
    database.exec("UPDATE meta SET epoch = 'e_' || lower(hex(randomblob(12)))");
    database.close();
    await fixture.server.restart();
    const { epoch } = (await ada.connect()).ready;
    expect(epoch).toMatch(/^e_/);
    expect(epoch).not.toBe(before);
  });

  test('a connection that is cut in the middle of a frame stores nothing', async () => {
    await using fixture = await startFixture();
    const ada = await fixture.user();
    const channel = await createChannel([ada]);
    const id = randomUUID();
    const socket = await openRawSocket({
      port: fixture.server.port,
      path: `/ws/${newClientId()}`,
      headers: { Authorization: `Bearer ${ada.token}` },
    });
    await socket.head;
    const frame = encodeFrame(JSON.stringify({ type: 'send', channel, id, body: 'half' }));
    socket.write(frame.subarray(0, frame.length - 1));
    await sleep(20);
    await socket[Symbol.asyncDispose]();
    const client = await ada.connect();
    expect(await client.ask({ type: 'history', channel })).toMatchObject({ messages: [] });
  });
});
