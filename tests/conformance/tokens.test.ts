import { randomUUID } from 'node:crypto';
import { me, ticketReply } from '@parley/protocol';
import { jwt } from '@parley/testkit/jwt';
import { newClientId, startFixture, type TestUser, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainGetResponse, refusalOf, upgradeResponse } from './handshake-responses.ts';

const ALLOWED_ORIGIN = 'https://chat.example.org';
let fixture: ServerFixture;

beforeAll(async () => {
  fixture = await startFixture({ PARLEY_ALLOWED_ORIGINS: ALLOWED_ORIGIN });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const clientId = newClientId;

async function ticketOf(user: TestUser): Promise<string> {
  return (await user.api('POST', '/tickets')).as(ticketReply).ticket;
}

const INVALID_TOKEN = { status: 401, code: 'invalid_token' };

describe('token sources', () => {
  test('[HS4] the Authorization header takes precedence over subprotocol, query and cookie', async () => {
    const [ada, bob] = [await fixture.account(), await fixture.user()];
    const client = await bob.connect({
      protocols: ['parley.v1', `bearer.${ada.token}`],
      query: `?token=${jwt({ sub: randomUUID() })}`,
      headers: { Cookie: ada.cookie, Origin: fixture.server.url },
    });
    expect(client.ready.user.id).toBe(bob.id);
  });

  test('[HS4] a valid token does not replace an invalid one of higher precedence', async () => {
    const ada = await fixture.account();
    const good = {
      protocols: ['parley.v1', `bearer.${ada.token}`],
      headers: { Cookie: ada.cookie, Origin: fixture.server.url },
    };
    expect(await refusalOf(fixture, { ...good, clientId: clientId(), token: 'made-up' })).toEqual(INVALID_TOKEN);
    const { headers } = good;
    expect(await refusalOf(fixture, { headers, clientId: clientId(), query: '?token=made-up' })).toEqual(INVALID_TOKEN);
    const protocols = ['parley.v1', 'bearer.made-up'];
    expect(await refusalOf(fixture, { headers, clientId: clientId(), protocols })).toEqual(INVALID_TOKEN);
  });

  test('[HS5] the response names the subprotocol without the token', async () => {
    const ada = await fixture.account();
    const viaSubprotocol = { protocols: ['parley.v1', `bearer.${ada.token}`] };
    const client = await fixture.connect(viaSubprotocol);
    expect(client.subprotocol).toBe('parley.v1');
    expect(client.ready.user.id).toBe(ada.id);
    expect((await ada.connect({ protocols: ['parley.v1'] })).subprotocol).toBe('parley.v1');
    expect((await ada.connect()).subprotocol).toBe('');
    expect(fixture.server.output()).not.toContain(ada.token);
  });

  test('[HS6] a session token authenticates its user in the header, the subprotocol and the cookie', async () => {
    const ada = await fixture.account();
    for (const attempt of [
      { token: ada.token },
      { protocols: ['parley.v1', `bearer.${ada.token}`] },
      { headers: { Cookie: ada.cookie, Origin: fixture.server.url } },
    ]) {
      expect(await upgradeResponse(fixture, { clientId: clientId(), ...attempt })).toMatchObject({ status: 101 });
      expect(await plainGetResponse(fixture, { clientId: clientId(), ...attempt })).toMatchObject({ status: 426 });
    }
  });

  test('[HS7] a session token in the URL is refused, because URLs end up in logs', async () => {
    const ada = await fixture.account();
    const query = `?token=${encodeURIComponent(ada.token)}`;
    expect(await refusalOf(fixture, { clientId: clientId(), query })).toEqual({
      status: 400,
      code: 'session_token_in_url',
    });
  });

  test('[HS12] a handshake without any token is refused as missing_token', async () => {
    expect(await refusalOf(fixture, { clientId: clientId() })).toEqual({ status: 401, code: 'missing_token' });
  });

  test('[HS12] cookies without the session cookie are refused as missing_token', async () => {
    const headers = { Cookie: 'theme=dark; other=1', Origin: fixture.server.url };
    expect(await refusalOf(fixture, { clientId: clientId(), headers })).toEqual({ status: 401, code: 'missing_token' });
  });

  test('[HS12] a made-up token is refused as invalid_token, in the header and in the query', async () => {
    for (const invented of ['x', 'a.b.c', 'null', 'Bearer', 'x'.repeat(2_000), "' OR 1=1 --".replaceAll(' ', '+')]) {
      expect(await refusalOf(fixture, { clientId: clientId(), token: invented }), invented).toEqual(INVALID_TOKEN);
      const query = `?token=${encodeURIComponent(invented)}`;
      expect(await refusalOf(fixture, { clientId: clientId(), query }), invented).toEqual(INVALID_TOKEN);
    }
  });
});

describe('cookies', () => {
  test('[HS8] a cookie is accepted from the server’s own origin and from allowed origins', async () => {
    const ada = await fixture.account();
    for (const Origin of [fixture.server.url, ALLOWED_ORIGIN]) {
      const attempt = { clientId: clientId(), headers: { Cookie: ada.cookie, Origin } };
      expect(await plainGetResponse(fixture, attempt)).toMatchObject({ status: 426 });
      expect(await upgradeResponse(fixture, attempt)).toMatchObject({ status: 101 });
    }
  });

  test('[HS8] a foreign page can’t connect with the cookie of its visitor', async () => {
    const ada = await fixture.account();
    const { host, port } = new URL(fixture.server.url);
    for (const Origin of [
      'https://evil.example',
      'null',
      `https://${host}.evil.example`,
      `http://evil.example:${port}`,
      `${ALLOWED_ORIGIN}.evil.example`,
      ALLOWED_ORIGIN.replace('https', 'http'),
      `http://localhost:${Number(port) + 1}`,
    ]) {
      const attempt = { clientId: clientId(), headers: { Cookie: ada.cookie, Origin } };
      expect(await refusalOf(fixture, attempt), Origin).toEqual({ status: 403, code: 'forbidden_origin' });
    }
  });

  test('[HS8] an upgrade with a cookie and no origin is refused', async () => {
    const ada = await fixture.account();
    const attempt = { clientId: clientId(), headers: { Cookie: ada.cookie } };
    expect(await upgradeResponse(fixture, attempt)).toMatchObject({ status: 403, code: 'forbidden_origin' });
  });

  test('[HS8] a same-origin plain GET is authenticated by its cookie', async () => {
    const ada = await fixture.account();
    const headers = { Cookie: ada.cookie, 'Sec-Fetch-Site': 'same-origin' };
    expect(await plainGetResponse(fixture, { clientId: clientId(), headers })).toMatchObject({ status: 426 });
  });

  test('[HS8] a handshake with a token instead of a cookie is accepted from any origin', async () => {
    const { token } = await fixture.user();
    const headers = { Origin: 'https://elsewhere.example' };
    expect(await upgradeResponse(fixture, { clientId: clientId(), token, headers })).toMatchObject({ status: 101 });
  });
});

describe('JWT', () => {
  test('[HS9] a JWT authenticates its user in the header, the subprotocol and the query', async () => {
    const sub = randomUUID();
    const ids = new Set<string>();
    const ada = await fixture.user();
    for (const source of [
      { token: jwt({ sub }) },
      { protocols: ['parley.v1', `bearer.${jwt({ sub })}`] },
      { query: `?token=${jwt({ sub })}` },
    ]) {
      ids.add((await fixture.connect(source)).ready.user.id);
    }
    expect(ids.size).toBe(1);
    expect([...ids][0]).not.toBe(ada.id);
  });

  test('[HS9] any unknown sub creates a user, with or without a name', async () => {
    const named = jwt({ sub: randomUUID(), name: 'Grace Hopper' });
    const { user } = (await fixture.request('GET', '/api/v1/me', { headers: { Authorization: `Bearer ${named}` } })).as(
      me,
    );
    expect(user).toMatchObject({ name: 'Grace Hopper', role: 'member' });
    const strange = [
      `auth0|${randomUUID()}`,
      `${randomUUID()}@example.org`,
      `u/../${randomUUID()}`,
      `日本${randomUUID()}`,
      `'; --${randomUUID()}`,
    ];
    for (const sub of strange) {
      const once = await upgradeResponse(fixture, { clientId: clientId(), token: jwt({ sub }) });
      expect(once, sub).toMatchObject({ status: 101 });
    }
  });

  test('[HS9] concurrent requests with the same new sub create one user', async () => {
    const token = jwt({ sub: randomUUID() });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        fixture.request('GET', '/api/v1/me', { headers: { Authorization: `Bearer ${token}` } }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.as(me).user.id)).size).toBe(1);
  });

  test('[HS9] a sub that equals another user’s id does not authenticate as that user', async () => {
    const ada = await fixture.account();
    const posing = await fixture.request('GET', '/api/v1/me', {
      headers: { Authorization: `Bearer ${jwt({ sub: ada.id })}` },
    });
    expect(posing.as(me).user.id).not.toBe(ada.id);
  });

  const sub = 'mallory';
  const past = Math.floor(Date.now() / 1_000) - 3_600;
  const forged: Record<string, string> = {
    'signed with another secret': jwt({ sub }, { secret: 'another-secret-another-secret-another' }),
    'signed with an empty secret': jwt({ sub }, { secret: '' }),
    'unsigned, with alg none': `${jwt({ sub }, { header: { alg: 'none' } })
      .split('.')
      .slice(0, 2)
      .join('.')}.`,
    'with alg none and our signature': jwt({ sub }, { header: { alg: 'none', typ: 'JWT' } }),
    'with another algorithm': jwt({ sub }, { header: { alg: 'HS512', typ: 'JWT' } }),
    'with an algorithm in other letters': jwt({ sub }, { header: { alg: 'hs256', typ: 'JWT' } }),
    'that brings its own key': jwt(
      { sub },
      { header: { alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }, secret: '\0\0\0' },
    ),
    'with an unknown critical extension': jwt({ sub }, { header: { alg: 'HS256', crit: ['b64'], b64: false } }),
    'without sub': jwt({}),
    'with an empty sub': jwt({ sub: '' }),
    'with a number as sub': jwt({ sub: 42 }),
    'without exp': jwt({ sub, exp: undefined }),
    'with text as exp': jwt({ sub, exp: 'tomorrow' }),
    'that is not valid yet': jwt({ sub, nbf: Math.floor(Date.now() / 1_000) + 3_600 }),
    'with its claims changed': tampered(jwt({ sub: 'someone' })),
    'without its signature': jwt({ sub }).split('.').slice(0, 2).join('.'),
  };

  for (const [name, token] of Object.entries(forged)) {
    test(`[HS10] a JWT ${name} is refused as invalid_token`, async () => {
      expect(await refusalOf(fixture, { clientId: clientId(), token })).toEqual(INVALID_TOKEN);
      expect(await refusalOf(fixture, { clientId: clientId(), query: `?token=${token}` })).toEqual(INVALID_TOKEN);
    });
  }

  test('[HS12] a JWT past its exp is refused as expired_token', async () => {
    const token = jwt({ sub: randomUUID(), exp: past });
    const expired = { status: 401, code: 'expired_token' };
    expect(await refusalOf(fixture, { clientId: clientId(), token })).toEqual(expired);
    expect(await refusalOf(fixture, { clientId: clientId(), query: `?token=${token}` })).toEqual(expired);
  });

  test('[CL1] a connection is closed when its JWT expires', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 5; // Enough to connect, on a busy machine too.
    const { closed } = await fixture.connect({ token: jwt({ sub: randomUUID(), exp }) });
    expect((await closed).code).toBe(4001);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
  });
});

describe('tickets', () => {
  test('[HS11] [HT12] a ticket authenticates its user once', async () => {
    const ada = await fixture.account();
    const before = Date.now();
    const { ticket, expiresAt } = (await ada.api('POST', '/tickets')).as(ticketReply);
    expect(Buffer.from(ticket, 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(60_000);
    expect(expiresAt - before).toBeGreaterThan(50_000);
    const attempt = { clientId: clientId(), query: `?token=${ticket}` };
    const client = await fixture.connect(attempt);
    expect(client.ready.user.id).toBe(ada.id);
    expect(await upgradeResponse(fixture, attempt)).toMatchObject(INVALID_TOKEN);
    expect(await plainGetResponse(fixture, attempt)).toMatchObject(INVALID_TOKEN);
  });

  test('[HS11] ten concurrent handshakes with one ticket open one connection', async () => {
    const query = `?token=${await ticketOf(await fixture.user())}`;
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => upgradeResponse(fixture, { clientId: clientId(), query })),
    );
    expect(responses.filter(({ status }) => status === 101)).toHaveLength(1);
  });

  test('[HS16] a plain GET does not consume a ticket', async () => {
    const attempt = { clientId: clientId(), query: `?token=${await ticketOf(await fixture.user())}` };
    for (let times = 0; times < 3; times += 1) {
      expect(await plainGetResponse(fixture, attempt)).toMatchObject({ status: 426 });
    }
    expect(await upgradeResponse(fixture, attempt)).toMatchObject({ status: 101 });
  });

  test('[HS11] every ticket is unique', async () => {
    const ada = await fixture.user();
    const tickets = await Promise.all(Array.from({ length: 20 }, () => ticketOf(ada)));
    expect(new Set(tickets).size).toBe(20);
  });

  test('[CL11] sign-out closes the connection that a ticket of that session opened', async () => {
    const ada = await fixture.account();
    const query = `?token=${await ticketOf(ada)}`;
    const client = await fixture.connect({ query });
    const out = await fixture.request('POST', '/api/auth/sign-out', {
      headers: { Authorization: `Bearer ${ada.token}`, Origin: fixture.server.url },
      body: {},
    });
    expect(out.status).toBe(200);
    expect((await client.closed).code).toBe(4001);
  });
});

test('[HS14] tokens, cookies and passwords are never logged', async () => {
  const ada = await fixture.account();
  const secrets = [ada.token, ada.cookie, jwt({ sub: 'logged' }), await ticketOf(ada), `made-up-${randomUUID()}`];
  for (const secret of secrets) {
    for (const attempt of [
      { token: secret },
      { query: `?token=${encodeURIComponent(secret)}` },
      { protocols: ['parley.v1', `bearer.${encodeURIComponent(secret)}`] },
      { headers: { Cookie: secret, Origin: 'https://evil.example' } },
    ]) {
      await upgradeResponse(fixture, { clientId: clientId(), ...attempt });
      await plainGetResponse(fixture, { clientId: clientId(), ...attempt });
    }
    const { password } = ada;
    expect(fixture.server.output()).not.toContain(secret);
    expect(fixture.server.output()).not.toContain(encodeURIComponent(secret));
    expect(fixture.server.output()).not.toContain(password);
  }
});

/** The same signature over other claims. */
function tampered(token: string): string {
  const [header = '', , signature = ''] = token.split('.');
  const [, claims = ''] = jwt({ sub: 'admin' }).split('.');
  return [header, claims, signature].join('.');
}
