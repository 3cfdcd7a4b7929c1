import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { StoreUnavailable } from '#ports/store.ts';
import { httpFixture, type HttpFixture } from '#testing/http-fixture.ts';
import type { TokenSource } from './authenticator.ts';
import type { AuthDeps } from './create-auth.ts';
import { createDatabaseTickets } from './database-tickets.ts';

const SECRET = 'a jwt secret that is long enough!!';
const KEY = new TextEncoder().encode(SECRET);

async function codeOf(fixture: HttpFixture, source: TokenSource, use: 'consume' | 'peek' = 'consume') {
  const result = await fixture.auth.authenticator.authenticate(source, use);
  return result.ok ? result.value.user.id : result.error.code;
}

const inHeader = (token: string): TokenSource => ({ location: 'header', token });
const inQuery = (token: string): TokenSource => ({ location: 'query', token });

function jwt(fixture: HttpFixture, claims: JWTPayload = {}, header: { alg: string; kid?: string } = { alg: 'HS256' }) {
  return new SignJWT({ sub: 'sam', exp: Math.floor(fixture.clock.now() / 1000) + 60, ...claims }).setProtectedHeader(
    header,
  );
}

describe('a session token', () => {
  test('[HS6] proves its user raw, signed, percent-encoded, and in the cookie', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const signed = ada.cookie.slice('parley.session='.length);
    for (const token of [ada.token, signed, decodeURIComponent(signed)]) {
      expect(await codeOf(fixture, inHeader(token))).toBe(ada.id);
    }
    expect(await codeOf(fixture, { location: 'cookie', cookie: `theme=dark; ${ada.cookie}; other=1` })).toBe(ada.id);
  });

  test('[HS12] with anything wrong about it proves nothing', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const signed = decodeURIComponent(ada.cookie.slice('parley.session='.length));
    const forged = [
      `${ada.token}x`,
      ada.token.toUpperCase(),
      `${ada.token}.`,
      `${ada.token}.AAAA`,
      signed.replace(ada.token, `${ada.token}x`),
      `${signed}=`,
      `.${signed.split('.')[1]}`,
      '%',
      '%00',
      "' or 1=1 --",
    ];
    for (const token of forged) expect(await codeOf(fixture, inHeader(token)), token).toBe('invalid_token');
  });

  test('[HS7] in the address is refused, also when it has ended, and garbage there is just garbage', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const signed = ada.cookie.slice('parley.session='.length);
    for (const token of [ada.token, signed]) {
      expect(await codeOf(fixture, inQuery(token))).toBe('session_token_in_url');
    }
    fixture.clock.jump(31 * 86_400_000);
    expect(await codeOf(fixture, inHeader(ada.token))).toBe('expired_token');
    expect(await codeOf(fixture, inQuery(ada.token))).toBe('session_token_in_url');
    expect(await codeOf(fixture, inQuery('garbage'))).toBe('invalid_token');
    expect(await codeOf(fixture, inQuery(''))).toBe('missing_token');
  });

  test('of another name in the cookie jar counts for nothing', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const value = ada.cookie.slice('parley.session='.length);
    for (const cookie of [`session=${value}`, `xparley.session=${value}`, `parley.session2=${value}`, '']) {
      expect(await codeOf(fixture, { location: 'cookie', cookie }), cookie).toBe('missing_token');
    }
  });
});

function inCluster(deps: AuthDeps): AuthDeps {
  return { ...deps, bus: { ...deps.bus, isReliable: false } };
}

describe.each([
  ['of a server alone', {}],
  ['of one among several', { wrapAuth: inCluster }],
] as const)('a ticket %s', (_of, options) => {
  async function ticketOf(fixture: HttpFixture, token: string): Promise<string> {
    return ((await fixture.request('POST', '/api/v1/tickets', { token })).json as { readonly ticket: string }).ticket;
  }

  test('[HS11] works once, and looking at it does not use it up', async () => {
    await using fixture = await httpFixture(options);
    const ada = await fixture.signUp('Ada');
    const ticket = await ticketOf(fixture, ada.token);
    expect(await codeOf(fixture, inQuery(ticket), 'peek')).toBe(ada.id);
    expect(await codeOf(fixture, inQuery(ticket))).toBe(ada.id);
    expect(await codeOf(fixture, inQuery(ticket))).toBe('invalid_token');
    expect(await codeOf(fixture, inQuery(ticket), 'peek')).toBe('invalid_token');
  });

  test('[HS11] works for 60 seconds', async () => {
    await using fixture = await httpFixture(options);
    const ada = await fixture.signUp('Ada');
    const [first, second] = [await ticketOf(fixture, ada.token), await ticketOf(fixture, ada.token)];
    await fixture.clock.advance(59_999);
    expect(await codeOf(fixture, inQuery(first))).toBe(ada.id);
    await fixture.clock.advance(1);
    expect(await codeOf(fixture, inQuery(second))).toBe('expired_token');
  });

  test('does not outlive the session it was asked with', async () => {
    await using fixture = await httpFixture(options);
    const ada = await fixture.signUp('Ada');
    const ticket = await ticketOf(fixture, ada.token);
    await ada.request('POST', '/api/auth/sign-out');
    expect(await codeOf(fixture, inQuery(ticket))).toBe('invalid_token');
  });

  test('does not outlive the JWT it was asked with', async () => {
    await using fixture = await httpFixture({ ...options, env: { PARLEY_JWT_SECRET: SECRET } });
    const exp = Math.floor(fixture.clock.now() / 1000) + 10;
    const ticket = await ticketOf(fixture, await jwt(fixture, { exp }).sign(KEY));
    const result = await fixture.auth.authenticator.authenticate(inQuery(ticket), 'peek');
    expect(result).toMatchObject({ ok: true, value: { session: null, expiresAt: exp * 1000 } });
    await fixture.clock.advance(10_000);
    expect(await codeOf(fixture, inQuery(ticket))).toBe('expired_token');
  });

  test('[HS13] of a suspended user tells them so', async () => {
    await using fixture = await httpFixture(options);
    const [ada, eve] = [await fixture.signUp('Ada'), await fixture.signUp('Eve')];
    const ticket = await ticketOf(fixture, eve.token);
    await ada.request('PATCH', `/api/v1/users/${eve.id}`, { suspended: true });
    expect(await codeOf(fixture, inQuery(ticket))).toBe('suspended');
  });

  test('that two want to spend at the same moment is good for one of them', async () => {
    await using fixture = await httpFixture(options);
    const ada = await fixture.signUp('Ada');
    const ticket = await ticketOf(fixture, ada.token);
    const spent = await Promise.all(Array.from({ length: 5 }, () => codeOf(fixture, inQuery(ticket))));
    expect(spent.toSorted()).toEqual([...Array.from({ length: 4 }, () => 'invalid_token'), ada.id].toSorted());
  });
});

test('a ticket that one node gave out is good on another, once, and is stored as a hash only', async () => {
  await using fixture = await httpFixture();
  const ada = await fixture.signUp('Ada');
  const { clock } = fixture;
  const deps = { db: fixture.database.kysely, clock, random: cryptoRandom };
  const [here, there] = [createDatabaseTickets(deps), createDatabaseTickets(deps)];
  const holder = { user: ada.id, session: null, credentialExpiresAt: clock.now() + 5_000.5 };
  const { ticket } = await here.issue(holder);
  expect(JSON.stringify(await fixture.database.kysely.selectFrom('tickets').selectAll().execute())).not.toContain(
    ticket,
  );
  expect(await there.consume(ticket)).toEqual({
    ...holder,
    credentialExpiresAt: Math.floor(holder.credentialExpiresAt),
  });
  expect(await here.consume(ticket)).toBe('unknown');
  const { ticket: late } = await here.issue(holder);
  await clock.advance(60_000);
  expect(await there.peek(late)).toBe('expired');
  await clock.advance(60_001);
  await there.issue(holder);
  expect(await here.peek(late)).toBe('unknown');
});

describe('many proofs asked about at once', () => {
  test('[CL11] are told good, ended or suspended, each in its place', async () => {
    await using fixture = await httpFixture();
    const [ada, bob, eve] = [await fixture.signUp('Ada'), await fixture.signUp('Bob'), await fixture.signUp('Eve')];
    const sessionOf = async (token: string) => {
      const result = await fixture.auth.authenticator.authenticate(inHeader(token), 'peek');
      return result.ok ? { user: result.value.user.id, session: result.value.session } : null;
    };
    const proofs = await Promise.all([ada, bob, eve].map(({ token }) => sessionOf(token)));
    await bob.request('POST', '/api/auth/sign-out');
    await ada.request('PATCH', `/api/v1/users/${eve.id}`, { suspended: true });
    const asked = [
      ...proofs.flatMap((identity) => identity ?? []),
      { user: ada.id, session: null },
      { user: eve.id, session: null },
      { user: 'u_none', session: null },
    ];
    const states = await fixture.auth.authenticator.revalidateAll(asked);
    expect(states).toEqual(['good', 'ended', 'suspended', 'good', 'suspended', 'ended']);
    expect(await fixture.auth.authenticator.revalidateAll([])).toEqual([]);
    fixture.clock.jump(31 * 86_400_000);
    expect(await fixture.auth.authenticator.revalidateAll(asked.slice(0, 1))).toEqual(['ended']);
  });
});

describe('a JWT', () => {
  test('[HS9] makes a user at its first visit, who is a member of #general', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_JWT_SECRET: SECRET } });
    const token = await jwt(fixture, { name: 'Sam' }).sign(KEY);
    expect((await fixture.request('GET', '/api/v1/me', { token })).json).toMatchObject({
      user: { name: 'Sam', role: 'member' },
    });
    expect((await fixture.request('GET', '/api/v1/channels', { token })).json).toMatchObject({
      channels: [{ joined: true }],
    });
  });

  test('with a name that is none is called Guest', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_JWT_SECRET: SECRET } });
    for (const name of [undefined, '', 'a\nb', 7, 'x'.repeat(81)]) {
      const token = await jwt(fixture, { sub: `s-${String(name)}`, name }).sign(KEY);
      expect((await fixture.request('GET', '/api/v1/me', { token })).json, String(name)).toMatchObject({
        user: { name: 'Guest' },
      });
    }
  });

  test('[HS12] is taken at its word about its end, to the second', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_JWT_SECRET: SECRET } });
    const exp = Math.floor(fixture.clock.now() / 1000) + 10;
    const token = await jwt(fixture, { exp }).sign(KEY);
    await fixture.clock.advance(exp * 1000 - fixture.clock.now() - 1);
    expect(await codeOf(fixture, inHeader(token))).toMatch(/^u_/);
    await fixture.clock.advance(1);
    expect(await codeOf(fixture, inHeader(token))).toBe('expired_token');
    fixture.clock.jump(3_600_000);
    expect(await codeOf(fixture, inHeader(token))).toBe('expired_token');
  });

  test('[HS12] that has expired and is forged is forged', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_JWT_SECRET: SECRET } });
    const forged = await jwt(fixture, { exp: 1 }).sign(new TextEncoder().encode('another secret of this length....'));
    expect(await codeOf(fixture, inHeader(forged))).toBe('invalid_token');
    const nobody = await jwt(fixture, { exp: 1, sub: '' }).sign(KEY);
    expect(await codeOf(fixture, inHeader(nobody))).toBe('invalid_token');
  });

  test('[HS9] that was good before is good again, and nothing that only looks like it', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_JWT_SECRET: SECRET } });
    const token = await jwt(fixture).sign(KEY);
    const first = await codeOf(fixture, inHeader(token));
    expect(await codeOf(fixture, inHeader(token))).toBe(first);
    const [header, claims, signature = ''] = token.split('.');
    const forged = `${header}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect(await codeOf(fixture, inHeader(forged))).toBe('invalid_token');
    const other = Buffer.from(JSON.stringify({ sub: 'ada', exp: 4_000_000_000 })).toString('base64url');
    expect(await codeOf(fixture, inHeader(`${header}.${other}.${signature}`))).toBe('invalid_token');
    expect(await codeOf(fixture, inHeader(`${header}.${claims}.`))).toBe('invalid_token');
  });

  test('[HS13] of a suspended user tells them so', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_JWT_SECRET: SECRET } });
    const ada = await fixture.signUp('Ada');
    const token = await jwt(fixture).sign(KEY);
    const id = await codeOf(fixture, inHeader(token));
    await ada.request('PATCH', `/api/v1/users/${id}`, { suspended: true });
    expect(await codeOf(fixture, inHeader(token))).toBe('suspended');
  });

  test('[HS10] proves nothing where no key is set', async () => {
    await using fixture = await httpFixture();
    expect(await codeOf(fixture, inHeader(await jwt(fixture).sign(KEY)))).toBe('invalid_token');
    const emptyKey = await jwt(fixture).sign(new TextEncoder().encode('undefined'));
    expect(await codeOf(fixture, inHeader(emptyKey))).toBe('invalid_token');
  });
});

describe('a key set', () => {
  let server: Server;
  let url: string;
  let pair: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
  let down = false;
  const fixtureWith = (env: Record<string, string> = {}) => httpFixture({ env: { PARLEY_JWKS_URL: url, ...env } });

  beforeAll(async () => {
    pair = await generateKeyPair('RS256', { extractable: true });
    const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }];
    server = createServer((_request, response) => {
      response.writeHead(down ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  });
  afterAll(() => void server.close());

  test('[HS9] proves what its private key signed', async () => {
    await using fixture = await fixtureWith();
    const token = await jwt(fixture, {}, { alg: 'RS256', kid: 'one' }).sign(pair.privateKey);
    expect(await codeOf(fixture, inQuery(token))).toMatch(/^u_/);
  });

  test('[HS10] does not prove a JWT signed with its public key as if that were a secret', async () => {
    await using fixture = await fixtureWith({ PARLEY_JWT_SECRET: SECRET });
    const { n = '' } = await exportJWK(pair.publicKey);
    const spki = Buffer.from(await crypto.subtle.exportKey('spki', pair.publicKey)).toString('base64');
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki.replaceAll(/(.{64})/g, '$1\n')}\n-----END PUBLIC KEY-----\n`;
    for (const secret of [n, spki, pem]) {
      const token = await jwt(fixture, {}, { alg: 'HS256', kid: 'one' }).sign(new TextEncoder().encode(secret));
      expect(await codeOf(fixture, inHeader(token))).toBe('invalid_token');
    }
  });

  test('[HS10] does not prove what an unknown key signed', async () => {
    await using fixture = await fixtureWith();
    const other = await generateKeyPair('RS256');
    for (const kid of ['one', 'two']) {
      const token = await jwt(fixture, {}, { alg: 'RS256', kid }).sign(other.privateKey);
      expect(await codeOf(fixture, inHeader(token)), kid).toBe('invalid_token');
    }
  });

  test('[HS10] alg none is refused, and no secret stands in for a key set', async () => {
    await using fixture = await fixtureWith();
    const [, claims = ''] = (await jwt(fixture).sign(KEY)).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    expect(await codeOf(fixture, inHeader(`${none}.${claims}.`))).toBe('invalid_token');
    expect(await codeOf(fixture, inHeader(await jwt(fixture).sign(KEY)))).toBe('invalid_token');
  });

  test('that can not be read leaves open what the token is worth', async () => {
    down = true;
    await using fixture = await fixtureWith();
    const token = await jwt(fixture, {}, { alg: 'RS256', kid: 'one' }).sign(pair.privateKey);
    await expect(codeOf(fixture, inHeader(token))).rejects.toThrow(StoreUnavailable);
    const answer = await fixture.request('GET', '/api/v1/me', { token });
    expect([answer.status, answer.code]).toEqual([503, 'unavailable']);
    down = false;
    expect(await codeOf(fixture, inHeader(token))).toMatch(/^u_/);
  });
});

test('a token longer than any of ours is not looked at', async () => {
  await using fixture = await httpFixture({
    wrapAuth: (deps) => ({
      ...deps,
      users: { ...deps.users, findBySubject: () => Promise.reject(new Error('asked')) },
    }),
    env: { PARLEY_JWT_SECRET: SECRET },
  });
  expect(await codeOf(fixture, inHeader(await jwt(fixture, { name: 'x'.repeat(10_000) }).sign(KEY)))).toBe(
    'invalid_token',
  );
});

test('a returning user costs one query, and no hash', async () => {
  await using fixture = await httpFixture();
  const ada = await fixture.signUp('Ada');
  const startMs = performance.now();
  for (let times = 0; times < 100; times += 1) await codeOf(fixture, inHeader(ada.token));
  // One hash alone takes longer than a hundred look-ups may.
  expect(performance.now() - startMs).toBeLessThan(1_000);
});
