import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { StoreUnavailable } from '#ports/store.ts';
import { countingPasswords } from '#testing/counting-passwords.ts';
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

describe('session token', () => {
  test('[HS6] a session token authenticates its user raw, signed, percent-encoded, and in the cookie', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const signed = ada.cookie.slice('parley.session='.length);
    for (const token of [ada.token, signed, decodeURIComponent(signed)]) {
      expect(await codeOf(fixture, inHeader(token))).toBe(ada.id);
    }
    expect(await codeOf(fixture, { location: 'cookie', cookie: `theme=dark; ${ada.cookie}; other=1` })).toBe(ada.id);
  });

  test('[HS12] a damaged session token is invalid', async () => {
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

  test('[HS7] a session token in the URL is refused even when it has expired, and garbage there is invalid', async () => {
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

  test('a cookie with another name is ignored', async () => {
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
  ['single node', {}],
  ['several nodes', { wrapAuth: inCluster }],
] as const)('ticket, %s', (_nodes, options) => {
  async function ticketOf(fixture: HttpFixture, token: string): Promise<string> {
    return ((await fixture.request('POST', '/api/v1/tickets', { token })).json as { readonly ticket: string }).ticket;
  }

  test('[HS11] a ticket works once, and a probe does not consume it', async () => {
    await using fixture = await httpFixture(options);
    const ada = await fixture.signUp('Ada');
    const ticket = await ticketOf(fixture, ada.token);
    expect(await codeOf(fixture, inQuery(ticket), 'peek')).toBe(ada.id);
    expect(await codeOf(fixture, inQuery(ticket))).toBe(ada.id);
    expect(await codeOf(fixture, inQuery(ticket))).toBe('invalid_token');
    expect(await codeOf(fixture, inQuery(ticket), 'peek')).toBe('invalid_token');
  });

  test('[HS11] a ticket works for 60 seconds', async () => {
    await using fixture = await httpFixture(options);
    const ada = await fixture.signUp('Ada');
    const [first, second] = [await ticketOf(fixture, ada.token), await ticketOf(fixture, ada.token)];
    await fixture.clock.advance(59_999);
    expect(await codeOf(fixture, inQuery(first))).toBe(ada.id);
    await fixture.clock.advance(1);
    expect(await codeOf(fixture, inQuery(second))).toBe('expired_token');
  });

  test('a ticket ends with the session that it was requested with', async () => {
    await using fixture = await httpFixture(options);
    const ada = await fixture.signUp('Ada');
    const ticket = await ticketOf(fixture, ada.token);
    await ada.request('POST', '/api/auth/sign-out');
    expect(await codeOf(fixture, inQuery(ticket))).toBe('invalid_token');
  });

  test('a ticket ends with the JWT that it was requested with', async () => {
    await using fixture = await httpFixture({ ...options, env: { PARLEY_JWT_SECRET: SECRET } });
    const exp = Math.floor(fixture.clock.now() / 1000) + 10;
    const ticket = await ticketOf(fixture, await jwt(fixture, { exp }).sign(KEY));
    const result = await fixture.auth.authenticator.authenticate(inQuery(ticket), 'peek');
    expect(result).toMatchObject({ ok: true, value: { session: null, expiresAt: exp * 1000 } });
    await fixture.clock.advance(10_000);
    expect(await codeOf(fixture, inQuery(ticket))).toBe('expired_token');
  });

  test('[HS13] a ticket of a suspended user is refused as `suspended`', async () => {
    await using fixture = await httpFixture(options);
    const [ada, eve] = [await fixture.signUp('Ada'), await fixture.signUp('Eve')];
    const ticket = await ticketOf(fixture, eve.token);
    await ada.request('PATCH', `/api/v1/users/${eve.id}`, { suspended: true });
    expect(await codeOf(fixture, inQuery(ticket))).toBe('suspended');
  });

  test('a ticket that is used several times at once works only once', async () => {
    await using fixture = await httpFixture(options);
    const ada = await fixture.signUp('Ada');
    const ticket = await ticketOf(fixture, ada.token);
    const spent = await Promise.all(Array.from({ length: 5 }, () => codeOf(fixture, inQuery(ticket))));
    expect(spent.toSorted()).toEqual([...Array.from({ length: 4 }, () => 'invalid_token'), ada.id].toSorted());
  });
});

test('a ticket of one node works on another, once, and only its hash is stored', async () => {
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

describe('revalidation of many identities', () => {
  test('[CL11] revalidation reports valid, ended or suspended in the order of the identities', async () => {
    await using fixture = await httpFixture();
    const [ada, bob, eve] = [await fixture.signUp('Ada'), await fixture.signUp('Bob'), await fixture.signUp('Eve')];
    const sessionOf = async (token: string) => {
      const result = await fixture.auth.authenticator.authenticate(inHeader(token), 'peek');
      return result.ok ? { user: result.value.user.id, session: result.value.session } : null;
    };
    const signedIn = await Promise.all([ada, bob, eve].map(({ token }) => sessionOf(token)));
    await bob.request('POST', '/api/auth/sign-out');
    await ada.request('PATCH', `/api/v1/users/${eve.id}`, { suspended: true });
    const identities = [
      ...signedIn.flatMap((identity) => identity ?? []),
      { user: ada.id, session: null },
      { user: eve.id, session: null },
      { user: 'u_none', session: null },
    ];
    const states = await fixture.auth.authenticator.revalidateAll(identities);
    expect(states).toEqual(['valid', 'ended', 'suspended', 'valid', 'suspended', 'ended']);
    expect(await fixture.auth.authenticator.revalidateAll([])).toEqual([]);
    fixture.clock.jump(31 * 86_400_000);
    expect(await fixture.auth.authenticator.revalidateAll(identities.slice(0, 1))).toEqual(['ended']);
  });
});

describe('JWT', () => {
  test('[HS9] the first JWT of a subject creates a user, who is a member of #general', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_JWT_SECRET: SECRET } });
    const token = await jwt(fixture, { name: 'Sam' }).sign(KEY);
    expect((await fixture.request('GET', '/api/v1/me', { token })).json).toMatchObject({
      user: { name: 'Sam', role: 'member' },
    });
    expect((await fixture.request('GET', '/api/v1/channels', { token })).json).toMatchObject({
      channels: [{ joined: true }],
    });
  });

  test('a JWT without a valid name creates a user called Guest', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_JWT_SECRET: SECRET } });
    for (const name of [undefined, '', 'a\nb', 7, 'x'.repeat(81)]) {
      const token = await jwt(fixture, { sub: `s-${String(name)}`, name }).sign(KEY);
      expect((await fixture.request('GET', '/api/v1/me', { token })).json, String(name)).toMatchObject({
        user: { name: 'Guest' },
      });
    }
  });

  test('[HS12] a JWT expires exactly at its `exp`', async () => {
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

  test('[HS12] a forged JWT that has expired is invalid, not expired', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_JWT_SECRET: SECRET } });
    const forged = await jwt(fixture, { exp: 1 }).sign(new TextEncoder().encode('another secret of this length....'));
    expect(await codeOf(fixture, inHeader(forged))).toBe('invalid_token');
    const nobody = await jwt(fixture, { exp: 1, sub: '' }).sign(KEY);
    expect(await codeOf(fixture, inHeader(nobody))).toBe('invalid_token');
  });

  test('[HS9] a cached JWT is valid again, and no variation of it is', async () => {
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

  test('[HS13] a JWT of a suspended user is refused as `suspended`', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_JWT_SECRET: SECRET } });
    const ada = await fixture.signUp('Ada');
    const token = await jwt(fixture).sign(KEY);
    const id = await codeOf(fixture, inHeader(token));
    await ada.request('PATCH', `/api/v1/users/${id}`, { suspended: true });
    expect(await codeOf(fixture, inHeader(token))).toBe('suspended');
  });

  test('[HS10] a JWT is invalid where no key is configured', async () => {
    await using fixture = await httpFixture();
    expect(await codeOf(fixture, inHeader(await jwt(fixture).sign(KEY)))).toBe('invalid_token');
    const emptyKey = await jwt(fixture).sign(new TextEncoder().encode('undefined'));
    expect(await codeOf(fixture, inHeader(emptyKey))).toBe('invalid_token');
  });
});

describe('key set', () => {
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

  test('[HS9] a JWT signed with a private key of the key set is valid', async () => {
    await using fixture = await fixtureWith();
    const token = await jwt(fixture, {}, { alg: 'RS256', kid: 'one' }).sign(pair.privateKey);
    expect(await codeOf(fixture, inQuery(token))).toMatch(/^u_/);
  });

  test('[HS10] a JWT signed with the public key as an HS256 secret is invalid', async () => {
    await using fixture = await fixtureWith({ PARLEY_JWT_SECRET: SECRET });
    const { n = '' } = await exportJWK(pair.publicKey);
    const spki = Buffer.from(await crypto.subtle.exportKey('spki', pair.publicKey)).toString('base64');
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki.replaceAll(/(.{64})/g, '$1\n')}\n-----END PUBLIC KEY-----\n`;
    for (const secret of [n, spki, pem]) {
      const token = await jwt(fixture, {}, { alg: 'HS256', kid: 'one' }).sign(new TextEncoder().encode(secret));
      expect(await codeOf(fixture, inHeader(token))).toBe('invalid_token');
    }
  });

  test('[HS10] a JWT signed with an unknown key is invalid', async () => {
    await using fixture = await fixtureWith();
    const other = await generateKeyPair('RS256');
    for (const kid of ['one', 'two']) {
      const token = await jwt(fixture, {}, { alg: 'RS256', kid }).sign(other.privateKey);
      expect(await codeOf(fixture, inHeader(token)), kid).toBe('invalid_token');
    }
  });

  test('[HS10] a JWT with alg none or HS256 is invalid where only a key set is configured', async () => {
    await using fixture = await fixtureWith();
    const [, claims = ''] = (await jwt(fixture).sign(KEY)).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    expect(await codeOf(fixture, inHeader(`${none}.${claims}.`))).toBe('invalid_token');
    expect(await codeOf(fixture, inHeader(await jwt(fixture).sign(KEY)))).toBe('invalid_token');
  });

  test('a JWT is neither valid nor invalid while the key set can not be fetched', async () => {
    down = true;
    await using fixture = await fixtureWith();
    const token = await jwt(fixture, {}, { alg: 'RS256', kid: 'one' }).sign(pair.privateKey);
    await expect(codeOf(fixture, inHeader(token))).rejects.toThrow(StoreUnavailable);
    const response = await fixture.request('GET', '/api/v1/me', { token });
    expect([response.status, response.code]).toEqual([503, 'unavailable']);
    down = false;
    expect(await codeOf(fixture, inHeader(token))).toMatch(/^u_/);
  });
});

test('a token that is longer than the limit is invalid without a look-up', async () => {
  await using fixture = await httpFixture({
    wrapAuth: (deps) => ({
      ...deps,
      users: { ...deps.users, findBySubject: () => Promise.reject(new Error('looked up')) },
    }),
    env: { PARLEY_JWT_SECRET: SECRET },
  });
  expect(await codeOf(fixture, inHeader(await jwt(fixture, { name: 'x'.repeat(10_000) }).sign(KEY)))).toBe(
    'invalid_token',
  );
});

test('a session token costs one query, and no password hash', async () => {
  const { passwords, count } = countingPasswords();
  let queries = 0;
  await using fixture = await httpFixture({
    wrapAuth: (deps) => {
      const kysely = deps.database.kysely.withPlugin({
        transformQuery({ node }) {
          queries += 1;
          return node;
        },
        transformResult: async ({ result }) => result,
      });
      return { ...deps, passwords, database: { ...deps.database, kysely } };
    },
  });
  const ada = await fixture.signUp('Ada');
  const before = { queries, hashes: count() };
  for (let times = 0; times < 3; times += 1) expect(await codeOf(fixture, inHeader(ada.token))).toBe(ada.id);
  expect({ queries: queries - before.queries, hashes: count() - before.hashes }).toEqual({ queries: 3, hashes: 0 });
});
