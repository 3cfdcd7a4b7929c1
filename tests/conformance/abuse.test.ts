import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { me, ticketReply, userName } from '@parley/protocol';
import { createChannel } from '@parley/testkit/api-fixtures';
import { jwt } from '@parley/testkit/jwt';
import { encodeFrame, handshake, openRawSocket } from '@parley/testkit/raw-socket';
import { newClientId, startFixture, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { refusalOf, upgradeResponse } from './handshake-responses.ts';

/** Only ends a test that hangs. */
const HANG_MS = 30_000;

let fixture: ServerFixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

describe('claims of a JWT', () => {
  const names: Record<string, unknown> = {
    'a name of two lines': 'Ada\nGrace',
    'a name that turns the direction': '\u202eadA',
    'a name with U+0000': 'Ada\0',
    'a name with a lone surrogate': 'Ada\ud83d',
    'a name of 10,000 letters': 'x'.repeat(5_000),
    'a name of blanks': '  ',
    'an empty name': '',
    'a number as name': 42,
    'an object as name': { first: 'Ada' },
  };
  for (const [name, claim] of Object.entries(names)) {
    test(`[HS9] [FR15] ${name} in a JWT becomes a valid name, or the JWT is refused`, async () => {
      const token = jwt({ sub: randomUUID(), name: claim });
      const answer = await fixture.request('GET', '/api/v1/me', bearer(token));
      if (answer.status === 401) return expect(answer.code).toBe('invalid_token');
      const { user } = answer.as(me);
      expect(userName.parse(user.name)).toBe(user.name);
      expect((await fixture.connect({ token })).ready.user).toEqual(user);
    });
  }

  for (const sub of ['x'.repeat(4_000), 'a\0b', 'a\ud83d', ' ', '\n']) {
    test(`[HS10] a sub like ${JSON.stringify(sub.slice(0, 10))} creates a user or is refused`, async () => {
      const { status } = await fixture.request('GET', '/api/v1/me', bearer(jwt({ sub })));
      expect([200, 401]).toContain(status);
    });
  }

  test('[HS9] users with the same name get different handles', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => fixture.user('Ada Lovelace')));
    expect(new Set(users.map(({ handle }) => handle)).size).toBe(8);
  });

  test('[HS10] claims can’t set the role, the handle or the id of a user', async () => {
    const claims = { sub: randomUUID(), role: 'owner', handle: 'root', id: 'u_root', suspended: false };
    const { user } = (await fixture.request('GET', '/api/v1/me', bearer(jwt(claims)))).as(me);
    expect(user.role).toBe('member');
    expect([user.id, user.handle]).not.toContain('root');
  });
});

describe('handshakes', () => {
  test('[HS20] a frame in the same packet as the handshake is read', async () => {
    const { token } = await fixture.user();
    await using socket = await openRawSocket({ port: fixture.server.port });
    const request = handshake(fixture.server.port, `/ws/${newClientId()}`, { Authorization: `Bearer ${token}` });
    socket.write(Buffer.concat([Buffer.from(request), encodeFrame('{"type":"ping","ref":5}')]));
    await vi.waitUntil(() => socket.frames.some(({ payload }) => payload.includes('"pong"')), HANG_MS);
    expect(socket.frames[0]!.payload.toString()).toContain('"type":"ready"');
  });

  test('[FR1] no offered extension is accepted', async () => {
    const { token } = await fixture.user();
    await using socket = await openRawSocket({
      port: fixture.server.port,
      path: `/ws/${newClientId()}`,
      headers: {
        Authorization: `Bearer ${token}`,
        'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
      },
    });
    const head = await socket.head;
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(head).not.toMatch(/sec-websocket-extensions/i);
  });

  test('a malformed upgrade is refused and does not take the clientId', async () => {
    const ada = await fixture.user();
    const clientId = newClientId();
    for (const headers of [
      { 'Sec-WebSocket-Version': '7' },
      { 'Sec-WebSocket-Key': 'short' },
      { 'Sec-WebSocket-Protocol': 'a,,b' },
    ]) {
      await using socket = await openRawSocket({
        port: fixture.server.port,
        path: `/ws/${clientId}`,
        headers: { Authorization: `Bearer ${ada.token}`, ...headers },
      });
      expect(await socket.head).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    const bob = await fixture.user();
    expect(await upgradeResponse(fixture, { clientId, token: bob.token })).toMatchObject({ status: 101 });
  });

  test('[HS11] sign-out invalidates the tickets of the session', async () => {
    const ada = await fixture.account();
    const { ticket } = (await ada.api('POST', '/tickets')).as(ticketReply);
    const headers = { Authorization: `Bearer ${ada.token}`, Origin: fixture.server.url };
    await fixture.request('POST', '/api/auth/sign-out', { headers, body: {} });
    expect(await refusalOf(fixture, { clientId: newClientId(), query: `?token=${ticket}` })).toMatchObject({
      status: 401,
    });
  });

  test('[HS11] a ticket does not authenticate HTTP requests', async () => {
    const ada = await fixture.user();
    const { ticket } = (await ada.api('POST', '/tickets')).as(ticketReply);
    expect((await fixture.request('POST', '/api/v1/tickets', { ...bearer(ticket) })).status).toBe(401);
    expect((await fixture.request('GET', `/api/v1/me?token=${ticket}`)).status).toBe(401);
  });

  test('[HS17] five hundred aborted handshakes leave no connection counted', async () => {
    const { token } = await fixture.user();
    for (let round = 0; round < 10; round += 1) {
      const sockets = await Promise.all(Array.from({ length: 50 }, () => openRawSocket({ port: fixture.server.port })));
      for (const socket of sockets) {
        socket.write(handshake(fixture.server.port, `/ws/${newClientId()}`, { Authorization: `Bearer ${token}` }));
        socket.tcp.destroy();
      }
    }
    const attempt = () => upgradeResponse(fixture, { clientId: newClientId(), token });
    await expect.poll(attempt).toMatchObject({ status: 101 });
  });
});

describe('unusual requests', () => {
  test('[HT6] a request that offers an upgrade to HTTP/2 is answered in HTTP/1.1', async () => {
    await using socket = await openRawSocket({ port: fixture.server.port });
    socket.write(
      'GET /api/v1/server HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n' +
        'HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
    );
    expect(await socket.head).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('[HT6] duplicate parameters, a missing content type and unknown methods cause no server error', async () => {
    const ada = await fixture.user();
    const channel = await createChannel([ada]);
    const headers = { Authorization: `Bearer ${ada.token}` };
    const path = `/api/v1/channels/${channel}/messages`;
    const body = JSON.stringify({ id: randomUUID(), body: 'x' });
    const answers = [
      await ada.api('GET', `/channels/${channel}/messages?limit=1&limit=2`),
      await ada.api('GET', `/users?ids=${ada.id}&q=a`),
      await ada.api('GET', '/users'),
      await fixture.request('POST', path, { headers: { ...headers, 'Content-Type': 'text/plain' }, body }),
      await fixture.request('POST', path, { headers: { ...headers, 'Content-Type': 'application/xml' }, body: '<x/>' }),
      await fixture.request('PROPFIND', path, { headers }),
      await fixture.request('POST', '/ws/abcdefgh', { headers, body }),
    ];
    for (const { status, text } of answers) expect(status, text).toBeLessThan(500);
    expect(answers[4]!.status).toBe(400);
  });

  test('[LV3] connections that send garbage do not affect a connected client', async () => {
    const client = await (await fixture.user()).connect();
    const garbage = await Promise.all(Array.from({ length: 20 }, () => openRawSocket({ port: fixture.server.port })));
    for (const socket of garbage) socket.write(Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 37) % 256)));
    await sleep(50);
    await client.settle();
    for (const socket of garbage) await socket[Symbol.asyncDispose]();
  });
});

describe('memory', () => {
  test('[LM13] the unanswered commands of a connection are limited in bytes', async () => {
    await using unlimited = await startFixture({ PARLEY_RATE_LIMITS: 'off' });
    const ada = await unlimited.user();
    const channel = await createChannel([ada]);
    const client = await ada.connect();
    const body = '語'.repeat(10_000);
    const send = () => client.ask({ type: 'send', channel, id: randomUUID(), body });
    const replies = await Promise.all(Array.from({ length: 300 }, send));
    const refused = replies.filter((reply) => reply.type === 'error');
    for (const reply of refused) expect(reply).toMatchObject({ code: 'rate_limited', retryAfterMs: 100 });
    expect(refused.length).toBeGreaterThan(100);
    expect(replies.filter(({ type }) => type === 'ok').length).toBeGreaterThan(20);
  });
});
