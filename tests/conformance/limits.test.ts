import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createChannel } from '@parley/testkit/api-fixtures';
import { encodeFrame, OPCODE, openRawSocket, type RawSocket } from '@parley/testkit/raw-socket';
import {
  canary,
  newClientId,
  post,
  startFixture,
  type TestUser,
  type ServerFixture,
} from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let fixture: ServerFixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function rawConnection({ token }: Pick<TestUser, 'token'>): Promise<RawSocket> {
  const socket = await openRawSocket({
    port: fixture.server.port,
    path: `/ws/${newClientId()}`,
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(await socket.head).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

describe('rate limits', () => {
  test('[LM5] commands beyond the limit are refused with a retry time, and accepted after it', async () => {
    const ada = await fixture.user();
    const channel = await createChannel([ada]);
    const client = await ada.connect();
    const replies = await Promise.all(
      Array.from({ length: 900 }, () => client.ask({ type: 'send', channel, id: randomUUID(), body: 'x' })),
    );
    const refused = replies.filter((reply) => reply.type === 'error');
    expect(replies.slice(0, 600).every(({ type }) => type === 'ok')).toBe(true);
    expect(refused.length).toBeGreaterThan(10);
    for (const reply of refused) {
      expect(reply).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) as number });
    }
    await sleep(refused.at(-1)!.retryAfterMs! + 50);
    expect(await client.ask({ type: 'send', channel, id: randomUUID(), body: 'x' })).toMatchObject({ type: 'ok' });
  });

  test('[LM5] a rate-limited user does not affect other users', async () => {
    const [ada, bob] = [await fixture.user(), await fixture.user()];
    const [adas, bobs] = [await ada.connect(), await bob.connect()];
    await Promise.all(Array.from({ length: 700 }, () => adas.ask({ type: 'ping' })));
    expect(await bobs.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  });

  test('[LM6] [CL6] a flood of frames closes the connection with 4103', async () => {
    const client = await (await fixture.user()).connect();
    for (let times = 0; times < 6_000; times += 1) client.sendText('{}');
    expect((await client.closed).code).toBe(4103);
  });

  test('[LM6] [CL6] a flood of WebSocket pings closes the connection with 4103', async () => {
    await using socket = await rawConnection(await fixture.user());
    // In small batches: the library cuts the connection without a close frame when too many pings arrive at once.
    const pings = Buffer.concat(Array.from({ length: 50 }, () => encodeFrame('', { opcode: OPCODE.ping })));
    for (let times = 0; times < 100 && socket.tcp.writable; times += 1) {
      socket.write(pings);
      await sleep(2);
    }
    expect(await socket.closeCode).toBe(4103);
  });

  test('[LM2] a message in more than 64 fragments closes the connection, one in 64 is read', async () => {
    await using patient = await rawConnection(await fixture.user());
    const text = '{"type":"ping","ref":77}'.padEnd(64, ' ');
    for (const [index, letter] of text.split('').entries()) {
      const opcode = index === 0 ? OPCODE.text : OPCODE.continuation;
      patient.write(encodeFrame(letter, { opcode, final: index === 63 }));
    }
    await expect.poll(() => patient.frames.some(({ payload }) => payload.toString().includes('"ref":77'))).toBe(true);
    await using abuser = await rawConnection(await fixture.user());
    abuser.write(encodeFrame('{', { final: false }));
    const more = encodeFrame(' ', { opcode: OPCODE.continuation, final: false });
    for (let part = 0; part < 100; part += 1) abuser.write(more);
    expect(await abuser.closeCode).not.toBeNull();
  });

  test('[LM2] ten thousand empty fragments close the connection', async () => {
    await using abuser = await rawConnection(await fixture.user());
    const empty = encodeFrame('', { opcode: OPCODE.continuation, final: false });
    abuser.write(Buffer.concat([encodeFrame('', { final: false }), ...Array.from({ length: 10_000 }, () => empty)]));
    expect(await abuser.closeCode).not.toBeNull();
  });
});

describe('slow readers', () => {
  test('[LM4] [CL4] a client that does not read is closed with 4101, and does not delay the others', async () => {
    const [ada, bob, slow] = [await fixture.user(), await fixture.user(), await fixture.user()];
    const channel = await createChannel([ada, bob, slow]);
    const [adas, bobs] = [await ada.connect(), await bob.connect()];
    await using stuck = await rawConnection(slow);
    stuck.tcp.pause();
    const secret = canary();
    // Far more than the limit and what the kernel buffers for a socket.
    const body = secret.padEnd(10_000, '.');
    const ids: string[] = [];
    for (let times = 0; times < 60; times += 1) {
      const sent = await Promise.all(Array.from({ length: 10 }, () => post(adas, channel, body)));
      ids.push(...sent.map(({ id }) => id));
    }
    await bobs.settle();
    expect(bobs.received('message', { channel })).toHaveLength(ids.length);
    await sleep(100);
    stuck.tcp.resume();
    expect(await stuck.closeCode).toBe(4101);
    const delivered = stuck.frames.filter(({ payload }) => payload.includes(secret)).length;
    expect(delivered).toBeLessThan(ids.length);
    const back = await slow.connect();
    expect(await back.ask({ type: 'history', channel, limit: 1 })).toMatchObject({ messages: [{ id: ids.at(-1) }] });
  });
});

describe('oversized requests', () => {
  test('[LM11] headers of more than 16 KiB are refused', async () => {
    await using socket = await openRawSocket({ port: fixture.server.port });
    socket.write(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
    const head = await socket.head.catch(() => 'cut');
    expect(head === 'cut' || head.startsWith('HTTP/1.1 431')).toBe(true);
  });

  test('[LM10] a request body over 64 KiB is refused, also without a Content-Length', async () => {
    const ada = await fixture.user();
    const channel = await createChannel([ada]);
    const large = await ada.api('POST', `/channels/${channel}/messages`, {
      id: randomUUID(),
      body: 'x'.repeat(70_000),
    });
    expect([large.status, large.code]).toEqual([413, 'too_large']);
    await using socket = await openRawSocket({ port: fixture.server.port });
    socket.write(
      `POST /api/v1/channels/${channel}/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${ada.token}\r\n` +
        'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    for (let times = 0; times < 4; times += 1) socket.write(chunk);
    expect(await socket.head).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('[FR13] [HT6] a message body over the limit is refused as too_large over HTTP', async () => {
    const ada = await fixture.user();
    const channel = await createChannel([ada]);
    const answer = await ada.api('POST', `/channels/${channel}/messages`, {
      id: randomUUID(),
      body: 'x'.repeat(10_001),
    });
    expect([answer.status, answer.code]).toEqual([413, 'too_large']);
  });

  test('[LM9] a request looks up at most 200 users', async () => {
    const ada = await fixture.user();
    const ids = (count: number) => Array.from({ length: count }, (_, index) => `u_${index}`).join(',');
    expect((await ada.api('GET', `/users?ids=${ids(200)}`)).status).toBe(200);
    expect((await ada.api('GET', `/users?ids=${ids(201)}`)).status).toBe(400);
  });

  test('[LM8] only the first fifty handles of a body are resolved as mentions', async () => {
    const ada = await fixture.user();
    const bob = await fixture.user();
    const channel = await createChannel([ada, bob]);
    const client = await ada.connect();
    const strangers = Array.from({ length: 50 }, (_, index) => `@stranger${index}`).join(' ');
    const { id } = await post(client, channel, `${strangers} @${bob.handle}`);
    expect((await client.waitFor('message', { message: { id } })).message).not.toHaveProperty('mentions');
  });
});
