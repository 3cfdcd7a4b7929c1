import { setTimeout as sleep } from 'node:timers/promises';
import { ticketReply } from '@parley/protocol';
import { encodeFrame, handshake, OPCODE, openRawSocket, type RawSocket } from '@parley/testkit/raw-socket';
// Timeouts of a real server: every test waits at the same time. A test checks that a timeout fires and that it does not
// fire early. How late it may fire is checked with a virtual clock where the server has a timer of its own: on a busy
// machine a real one may be late.
import { newClientId, startFixture, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from './handshake-responses.ts';

let fixture: ServerFixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function rawConnection(): Promise<RawSocket> {
  const { token } = await fixture.user();
  const socket = await openRawSocket({
    port: fixture.server.port,
    path: `/ws/${newClientId()}`,
    headers: { Authorization: `Bearer ${token}` },
  });
  await socket.head;
  return socket;
}

/** Waits until the server closes the socket, and answers how long after `sinceMs` that was. */
async function closedAfterMs({ closed }: RawSocket, sinceMs: number): Promise<number> {
  await closed;
  return performance.now() - sinceMs;
}

describe.concurrent('timeouts', { timeout: 300_000 }, () => {
  test('[LV1] [LV2] [CL5] a silent client is pinged, and closed with 4102 after two intervals of 25 s', async () => {
    const sinceMs = performance.now();
    await using socket = await rawConnection();
    expect(await closedAfterMs(socket, sinceMs)).toBeGreaterThan(49_000);
    expect(await socket.closeCode).toBe(4102);
    expect(socket.frames.filter(({ opcode }) => opcode === OPCODE.ping).length).toBeGreaterThanOrEqual(1);
  });

  test('[LV2] a client that only sends pongs stays connected', async ({ expect }) => {
    await using socket = await rawConnection();
    for (let times = 0; times < 6; times += 1) {
      await sleep(9_000);
      socket.write(encodeFrame('', { opcode: OPCODE.pong }));
    }
    expect(socket.tcp.readyState).toBe('open');
    socket.write(encodeFrame('{"type":"ping","ref":9}'));
    await expect.poll(() => socket.frames.some(({ payload }) => payload.toString().includes('"pong"'))).toBe(true);
  });

  test('[HS11] a ticket is refused after 60 s', async () => {
    const ada = await fixture.user();
    const { ticket } = (await ada.api('POST', '/tickets')).as(ticketReply);
    await sleep(60_500);
    expect(await refusalOf(fixture, { clientId: newClientId(), query: `?token=${ticket}` })).toMatchObject({
      status: 401,
    });
  });

  test('[LM3] a message that arrives byte by byte is cut after 10 s', async () => {
    await using socket = await rawConnection();
    const bytes = encodeFrame('{"type":"ping","ref":1}'.padEnd(2_000, ' '));
    const sinceMs = performance.now();
    for (const byte of bytes) {
      if (socket.tcp.readyState !== 'open') break;
      socket.write(Buffer.from([byte]));
      await sleep(250);
    }
    expect(await closedAfterMs(socket, sinceMs)).toBeGreaterThan(9_000);
  });

  test('[LM3] a fragmented message that never ends is cut after 10 s, in spite of pings in between', async () => {
    await using socket = await rawConnection();
    const sinceMs = performance.now();
    socket.write(encodeFrame('{', { final: false }));
    for (let part = 0; part < 40 && socket.tcp.readyState === 'open'; part += 1) {
      await sleep(1_000);
      socket.write(encodeFrame('', { opcode: OPCODE.ping }));
      socket.write(encodeFrame(' ', { opcode: OPCODE.continuation, final: false }));
    }
    expect(await closedAfterMs(socket, sinceMs)).toBeGreaterThan(9_000);
  });

  test('[LM3] messages that each take a few seconds are read', async ({ expect }) => {
    await using socket = await rawConnection();
    for (let times = 0; times < 4; times += 1) {
      const frame = encodeFrame(`{"type":"ping","ref":${100 + times}}`);
      socket.write(frame.subarray(0, 5));
      await sleep(4_000);
      socket.write(frame.subarray(5));
    }
    await expect.poll(() => socket.frames.some(({ payload }) => payload.toString().includes('"ref":103'))).toBe(true);
  });

  test('[HS19] a handshake whose headers do not end is cut after 5 s', async () => {
    const sinceMs = performance.now();
    await using socket = await openRawSocket({ port: fixture.server.port });
    const text = handshake(fixture.server.port, `/ws/${newClientId()}`, { 'X-Slow': 'x'.repeat(2_000) });
    for (const letter of text) {
      if (socket.tcp.readyState !== 'open') break;
      socket.write(letter);
      await sleep(50);
    }
    expect(await closedAfterMs(socket, sinceMs)).toBeGreaterThan(4_500);
  });

  test('[HS19] a connection on which no request begins is cut as well', async () => {
    await using socket = await openRawSocket({ port: fixture.server.port });
    await socket.closed;
  });
});
