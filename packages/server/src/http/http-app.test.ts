import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '#ports/store.ts';
import {
  HOST,
  httpFixture,
  OWN_ORIGIN,
  type TestResponse,
  type HttpFixture,
  type TestUser,
} from '#testing/http-fixture.ts';

const statusAndCode = ({ status, code }: TestResponse) => [status, code];

describe('HTTP API', () => {
  let fixture: HttpFixture;
  let ada: TestUser;
  let bob: TestUser;

  beforeAll(async () => {
    fixture = await httpFixture({ env: { PARLEY_ALLOWED_ORIGINS: 'https://chat.example.org' } });
    [ada, bob] = [await fixture.signUp('Ada'), await fixture.signUp('Bob')];
  });
  afterAll(() => fixture[Symbol.asyncDispose]());

  test('[HT6] a wrong method gets 405 with the allowed methods', async () => {
    const response = await ada.request('DELETE', '/api/v1/me');
    expect(statusAndCode(response)).toEqual([405, 'method_not_allowed']);
    expect(response.headers.get('allow')).toBe('GET, PATCH');
    expect(statusAndCode(await ada.request('GET', '/api/v1/me/nowhere'))).toEqual([404, 'not_found']);
  });

  test('[HT6] a body that is not JSON, or has another content type, is a bad request', async () => {
    const { token } = ada;
    for (const [type, body] of [
      ['application/json', '{'],
      ['text/plain', '{"name":"x","kind":"public"}'],
      ['application/x-www-form-urlencoded', 'name=x'],
      ['application/json', '{"name":"x"}'],
    ] as const) {
      const response = await fixture.request('POST', '/api/v1/channels', {
        token,
        body,
        headers: { 'content-type': type },
      });
      expect(statusAndCode(response), body).toEqual([400, 'bad_request']);
    }
  });

  test('[LM10] a body over the limit is too large, with or without Content-Length', async () => {
    const { token } = ada;
    const body = JSON.stringify({ name: 'x'.repeat(70_000), kind: 'public' });
    const headers = { 'content-type': 'application/json' };
    expect(statusAndCode(await fixture.request('POST', '/api/v1/channels', { token, body, headers }))).toEqual([
      413,
      'too_large',
    ]);
    const announced = { ...headers, 'content-length': String(body.length) };
    const response = await fixture.request('POST', '/api/v1/channels', { token, body, headers: announced });
    expect(statusAndCode(response)).toEqual([413, 'too_large']);
  });

  test('[LM9] more than 200 ids at once are refused', async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, number) => `u_${number}`).join(',');
    expect((await ada.request('GET', `/api/v1/users?ids=${ids(200)}`)).status).toBe(200);
    expect(statusAndCode(await ada.request('GET', `/api/v1/users?ids=${ids(201)}`))).toEqual([400, 'bad_request']);
  });

  test('[HT7] a cookie without an origin is accepted only with Sec-Fetch-Site: same-origin', async () => {
    const ask = (site?: string) =>
      fixture.request('POST', '/api/v1/tickets', {
        headers: { cookie: ada.cookie, ...(site === undefined ? {} : { 'sec-fetch-site': site }) },
      });
    expect((await ask('same-origin')).status).toBe(200);
    for (const site of [undefined, 'same-site', 'cross-site', 'none']) {
      expect(statusAndCode(await ask(site)), site).toEqual([403, 'forbidden_origin']);
    }
  });

  test('[HT7] without a public URL only the origin of the requested host is trusted', async () => {
    const ask = (origin: string) =>
      fixture.request('POST', '/api/v1/tickets', { headers: { cookie: ada.cookie, origin } });
    expect((await ask(OWN_ORIGIN)).status).toBe(200);
    for (const origin of [`${OWN_ORIGIN}.evil.example`, 'http://parley.test', 'http://parley.test:3001', 'null']) {
      expect(statusAndCode(await ask(origin)), origin).toEqual([403, 'forbidden_origin']);
    }
  });

  test('[HT7] an origin that is not on the allow-list gets no CORS header at all', async () => {
    const headers = { origin: 'https://evil.example' };
    for (const method of ['GET', 'OPTIONS']) {
      const response = await fixture.request(method, '/api/v1/server', { headers });
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(response.headers.get('vary')).toContain('Origin');
    }
  });

  test('[HT16] an admin can neither change roles nor suspend other admins', async () => {
    const eve = await fixture.signUp('Eve');
    const admin = await fixture.signUp('Amy');
    for (const { id } of [eve, admin]) await ada.request('PATCH', `/api/v1/users/${id}`, { role: 'admin' });
    expect(statusAndCode(await admin.request('PATCH', `/api/v1/users/${bob.id}`, { role: 'admin' }))).toEqual([
      403,
      'forbidden',
    ]);
    expect(statusAndCode(await admin.request('PATCH', `/api/v1/users/${eve.id}`, { suspended: true }))).toEqual([
      403,
      'forbidden',
    ]);
    expect((await ada.request('PATCH', `/api/v1/users/${eve.id}`, { role: 'member' })).status).toBe(200);
    expect((await admin.request('PATCH', `/api/v1/users/${eve.id}`, { suspended: true })).status).toBe(200);
  });

  test('[HT28] [HT29] a member can neither create, list nor revoke invites', async () => {
    for (const [method, path] of [
      ['POST', '/api/v1/invites'],
      ['GET', '/api/v1/invites'],
      ['DELETE', '/api/v1/invites/i_1'],
    ] as const) {
      expect(statusAndCode(await bob.request(method, path)), path).toEqual([403, 'forbidden']);
    }
  });

  test('other paths of the accounts library are not reachable', async () => {
    for (const [method, path] of [
      ['GET', 'get-session'],
      ['GET', 'list-sessions'],
      ['GET', 'ok'],
      ['GET', 'error'],
      ['POST', 'sign-in/social'],
      ['POST', 'request-password-reset'],
      ['POST', 'reset-password'],
      ['POST', 'change-email'],
      ['POST', 'delete-user'],
      ['POST', 'update-user'],
      ['POST', 'revoke-sessions'],
      ['GET', 'reference'],
    ] as const) {
      expect((await ada.request(method, `/api/auth/${path}`)).status, path).toBe(404);
    }
  });

  test('[HS14] the log contains no token, cookie, invite code or email address', async () => {
    const { code } = (await ada.request('POST', '/api/v1/invites')).json as { readonly code: string };
    await fixture.request('GET', `/api/v1/invites/${code}`);
    await fixture.request('GET', `/join/${code}`, { headers: { accept: 'text/html' } });
    await fixture.request('GET', `/api/v1/me?token=${ada.token}`, { headers: { cookie: ada.cookie } });
    await fixture.request('GET', `/api/v1/me`, { token: 'made-up-token' });
    const log = fixture.logged.join('\n');
    expect(log).toContain('"route":"/api/v1/invites/:invite"');
    for (const secret of [code, ada.token, ada.cookie, ada.email, 'made-up-token']) expect(log).not.toContain(secret);
  });

  test('[HT9] an API response has a policy that forbids everything, and no HSTS over plain HTTP', async () => {
    const response = await fixture.request('GET', '/api/v1/server');
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(response.headers.get('strict-transport-security')).toBeNull();
  });
});

describe('limits per address', () => {
  test('[HT8] a request limit applies per address, and no header evades it', async () => {
    await using fixture = await httpFixture();
    const statuses: number[] = [];
    for (let number = 0; number < 1_001; number += 1) {
      const headers = { 'x-forwarded-for': `198.51.100.${number % 250}` };
      statuses.push((await fixture.request('GET', '/api/v1/nowhere', { headers })).status);
    }
    expect(statuses.filter((status) => status === 429)).toEqual([429]);
    expect((await fixture.request('GET', '/api/v1/nowhere', { from: '203.0.113.8' })).status).toBe(404);
    await fixture.clock.advance(1_000);
    expect((await fixture.request('GET', '/api/v1/nowhere')).status).toBe(404);
  });

  test('[HT8] password guesses from one address do not lock the owner of the account out', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const signIn = (password: string, from: string) =>
      fixture.request('POST', '/api/auth/sign-in/email', { from, body: { email: ada.email.toUpperCase(), password } });
    const guesses: TestResponse[] = [];
    for (let times = 0; times < 11; times += 1) guesses.push(await signIn('a guess', '198.51.100.1'));
    expect(statusAndCode(guesses[9]!)).toEqual([401, 'invalid_credentials']);
    expect(statusAndCode(guesses[10]!)).toEqual([429, 'rate_limited']);
    expect(guesses[10]!.headers.get('retry-after')).toBe('30');
    expect((await signIn(ada.password, '198.51.100.2')).status).toBe(200);
  });

  test('[LM10] [HT8] requests are not limited when rate limits are off', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_RATE_LIMITS: 'off' } });
    const responses = await Promise.all(Array.from({ length: 1_100 }, () => fixture.request('GET', '/api/v1/nowhere')));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([404]));
  });
});

describe('health, metrics and errors', () => {
  test('[HT31] many health checks cause few probes of the store', async () => {
    let probes = 0;
    let failure: Error | null = null;
    const probe = async (): Promise<void> => {
      probes += 1;
      if (failure !== null) throw failure;
    };
    await using fixture = await httpFixture({ wrapHttp: (deps) => ({ ...deps, store: { probe } }) });
    const healths = await Promise.all(Array.from({ length: 50 }, () => fixture.request('GET', '/healthz')));
    expect(healths.map(({ json }) => json)).toContainEqual({ status: 'ok' });
    expect(probes).toBe(1);
    failure = new StoreUnavailable('disk full');
    expect((await fixture.request('GET', '/healthz')).status).toBe(200);
    await fixture.clock.advance(1_000);
    expect((await fixture.request('GET', '/healthz')).status).toBe(503);
    failure = null;
    await fixture.clock.advance(1_000);
    expect((await fixture.request('GET', '/healthz')).status).toBe(200);
    expect(probes).toBe(3);
  });

  test('[HT32] metrics are visible from the private network only', async () => {
    await using fixture = await httpFixture();
    expect(await fixture.request('GET', '/metrics', { from: '192.168.0.9' })).toMatchObject({
      status: 200,
      text: '# nothing\n',
    });
    expect(statusAndCode(await fixture.request('GET', '/metrics'))).toEqual([404, 'not_found']);
    const forwarded = { from: '127.0.0.1', headers: { 'x-forwarded-for': '203.0.113.7' } };
    expect(statusAndCode(await fixture.request('GET', '/metrics', forwarded))).toEqual([404, 'not_found']);
  });

  test('an unexpected error is logged, and its details are not sent to the client', async () => {
    await using fixture = await httpFixture({
      wrapHttp: (deps) => ({
        ...deps,
        chat: { ...deps.chat, listChannels: () => Promise.reject(new Error('secret detail')) },
      }),
    });
    const ada = await fixture.signUp('Ada');
    const response = await ada.request('GET', '/api/v1/channels');
    expect(statusAndCode(response)).toEqual([500, 'internal']);
    expect(response.text).not.toContain('secret detail');
    expect(fixture.logged.join('\n')).toContain('a request failed');
  });
});

describe('HTTPS', () => {
  test('[HT1] [HT9] the cookie is bound to the host, and HSTS is on', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_URL: 'https://chat.example.org' } });
    const body = { name: 'Ada', email: 'ada@example.org', password: 'the password of Ada' };
    const foreign = await fixture.request('POST', '/api/auth/sign-up/email', { body, headers: { origin: OWN_ORIGIN } });
    expect(statusAndCode(foreign)).toEqual([403, 'forbidden_origin']);
    const headers = { origin: 'https://chat.example.org' };
    const response = await fixture.request('POST', '/api/auth/sign-up/email', { body, headers });
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-parley\.session=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const sent = { ...headers, cookie: cookie.split(';', 1)[0] ?? '' };
    expect((await fixture.request('POST', '/api/v1/tickets', { headers: sent })).status).toBe(200);
    const out = await fixture.request('POST', '/api/auth/sign-out', { headers: sent });
    expect(out.headers.get('set-cookie')).toBe(
      '__Host-parley.session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure',
    );
  });
});

describe('web client', () => {
  let folder: string;
  let fixture: HttpFixture;
  const page = '<!doctype html><title>Parley</title>';
  const script = `console.log(${JSON.stringify('x'.repeat(5_000))})`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-web-'));
    await mkdir(join(folder, 'assets'));
    await mkdir(join(folder, '.vite'));
    await writeFile(join(folder, 'index.html'), page);
    await writeFile(join(folder, 'favicon.svg'), '<svg/>');
    await writeFile(join(folder, 'assets', 'main-abc123.js'), script);
    await writeFile(join(folder, '.vite', 'manifest.json'), '{}');
    fixture = await httpFixture({ wrapHttp: (deps) => ({ ...deps, webFolder: folder }) });
  });
  afterAll(async () => {
    await fixture[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

  test('the web client is one page at every URL that a person may open', async () => {
    for (const path of ['/', '/join/abc', '/c/c_1?at=7']) {
      const response = await fixture.request('GET', path, { headers: html });
      expect(response).toMatchObject({ status: 200, text: page });
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    }
    expect((await fixture.request('GET', '/')).text).toBe(page);
  });

  test('an unknown file or API path gets 404 instead of the page', async () => {
    for (const path of ['/api/v1/nowhere', '/api/nowhere', '/ws/x', '/assets/old-123.js', '/metrics/x']) {
      expect(statusAndCode(await fixture.request('GET', path, { headers: html })), path).toEqual([404, 'not_found']);
    }
    expect((await fixture.request('GET', '/missing.png', { headers: { accept: 'image/*' } })).status).toBe(404);
    expect((await fixture.request('POST', '/join/abc', { headers: html })).status).toBe(404);
  });

  test('[HT9] the policy of the page allows no foreign content, and a forged Host adds nothing to it', async () => {
    const policyFor = async (host: string) =>
      (await fixture.request('GET', '/', { headers: { host } })).headers.get('content-security-policy') ?? '';
    const policy = await policyFor(HOST);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain(`connect-src 'self' ws://${HOST} wss://${HOST}`);
    expect(policy).not.toContain('unsafe');
    expect(await policyFor('x; script-src *')).not.toContain('*');
  });

  test('a file with a hash in its name is cached forever, and compressed if the browser supports it', async () => {
    const path = '/assets/main-abc123.js';
    const plain = await fixture.request('GET', path);
    expect(plain.text).toBe(script);
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const encodings = [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['identity', null],
    ] as const;
    for (const [accepted, encoding] of encodings) {
      const response = await fixture.request('GET', path, { headers: { 'accept-encoding': accepted } });
      expect(response.headers.get('content-encoding'), accepted).toBe(encoding);
      expect(response.headers.get('vary')).toContain('Accept-Encoding');
    }
  });

  test('a compressed file decompresses to the original', async () => {
    const { openStaticFiles } = await import('./static-files.ts');
    const file = openStaticFiles(folder).find('/assets/main-abc123.js');
    const response = await file?.respond({ encodings: 'br', ifNoneMatch: undefined });
    const bytes = Buffer.from((await response?.arrayBuffer()) ?? new ArrayBuffer());
    expect(bytes.length).toBeLessThan(200);
    expect(brotliDecompressSync(bytes).toString()).toBe(script);
  });

  test('a file is not sent again to a browser that has it', async () => {
    const first = await fixture.request('GET', '/favicon.svg');
    const again = await fixture.request('GET', '/favicon.svg', {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  test('a HEAD request gets no body', async () => {
    const response = await fixture.request('HEAD', '/');
    expect(response).toMatchObject({ status: 200, text: '' });
    expect(response.headers.get('content-length')).toBe(String(page.length));
  });

  test('no path leads out of the folder of the web client, or to hidden files in it', async () => {
    for (const path of [
      '/../package.json',
      '/..%2fpackage.json',
      '/assets/..%2f..%2fetc/passwd',
      '/.vite/manifest.json',
      '/%2evite/manifest.json',
      '/assets/%00',
      '/%',
      '//etc/passwd',
      '/__proto__',
      '/constructor',
    ]) {
      const response = await fixture.request('GET', path);
      expect(response.status, path).toBe(404);
    }
  });

  test('a web client that is not built gets 503 with an explanation', async () => {
    await using unbuilt = await httpFixture();
    const response = await unbuilt.request('GET', '/', { headers: html });
    expect(response.status).toBe(503);
    expect(response.text).toMatch(/^Parley is running, but its web client is not built\./);
  });
});
