import { randomUUID } from 'node:crypto';
import { me, serverInfo, ticketReply } from '@parley/protocol';
import { canary, startFixture, type Account, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ALLOWED_ORIGIN = 'https://chat.example.org';
let fixture: ServerFixture;
let ada: Account;

beforeAll(async () => {
  fixture = await startFixture({ PARLEY_ALLOWED_ORIGINS: ALLOWED_ORIGIN });
  ada = await fixture.account();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('cross-site requests', () => {
  const changes: [string, string, object | undefined][] = [
    ['POST', '/api/v1/channels', { name: 'made by evil', kind: 'public' }],
    ['POST', '/api/v1/tickets', undefined],
    ['PATCH', '/api/v1/me', { name: 'Evil' }],
    ['POST', '/api/v1/invites', {}],
  ];

  for (const [method, path, body] of changes) {
    for (const origin of ['https://evil.example', 'null', undefined]) {
      test(`[HT7] ${method} ${path} with the cookie and ${origin ?? 'no'} origin is refused`, async () => {
        const answer = await fixture.request(method, path, {
          headers: { Cookie: ada.cookie, ...(origin === undefined ? {} : { Origin: origin }) },
          ...(body === undefined ? {} : { body }),
        });
        expect([answer.status, answer.code]).toEqual([403, 'forbidden_origin']);
        expect((await ada.api('GET', '/me')).as(me).user.name).toBe(ada.name);
      });
    }
  }

  test('[HT7] a form of a foreign page can’t post with any content type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await fixture.request('POST', '/api/v1/channels', {
        headers: { Cookie: ada.cookie, Origin: 'https://evil.example', 'Content-Type': type },
        body: JSON.stringify({ name: canary(), kind: 'public' }),
      });
      expect(answer.status, type).toBe(403);
    }
  });

  test('[HT7] a request with the cookie is accepted from the server’s own origin and from allowed origins', async () => {
    for (const Origin of [fixture.server.url, ALLOWED_ORIGIN]) {
      const answer = await fixture.request('POST', '/api/v1/tickets', { headers: { Cookie: ada.cookie, Origin } });
      expect(answer.as(ticketReply).ticket).not.toBe('');
    }
  });

  test('[HT7] a request with a token in the header is accepted from any origin: no browser sends one by itself', async () => {
    const headers = { Authorization: `Bearer ${ada.token}`, Origin: 'https://elsewhere.example' };
    expect((await fixture.request('POST', '/api/v1/tickets', { headers })).status).toBe(200);
  });

  test('[HT7] a foreign page can’t sign its visitors out', async () => {
    const headers = { Cookie: ada.cookie, Origin: 'https://evil.example' };
    expect((await fixture.request('POST', '/api/auth/sign-out', { headers, body: {} })).status).toBe(403);
    expect((await ada.api('GET', '/me')).status).toBe(200);
  });

  test('[HT7] a foreign page can’t sign its visitors in as another user', async () => {
    const answer = await fixture.request('POST', '/api/auth/sign-in/email', {
      headers: { Origin: 'https://evil.example' },
      body: { email: ada.email, password: ada.password },
    });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
  });

  test('[HT7] only allowed origins can read responses', async () => {
    const ask = (Origin: string) =>
      fixture.request('GET', '/api/v1/me', { headers: { Authorization: `Bearer ${ada.token}`, Origin } });
    const allowed = await ask(ALLOWED_ORIGIN);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ALLOWED_ORIGIN);
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    expect(allowed.headers.get('vary')).toMatch(/origin/i);
    for (const origin of ['https://evil.example', 'null', `${ALLOWED_ORIGIN}.evil.example`]) {
      expect((await ask(origin)).headers.get('access-control-allow-origin'), origin).toBeNull();
    }
  });

  test('[HT7] a preflight from an allowed origin names the allowed methods and headers', async () => {
    const preflight = await fixture.request('OPTIONS', '/api/v1/channels', {
      headers: {
        Origin: ALLOWED_ORIGIN,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type, authorization',
      },
    });
    expect(preflight.status).toBeLessThan(300);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(ALLOWED_ORIGIN);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
  });
});

describe('responses', () => {
  const paths = [
    '/',
    '/api/v1/me',
    '/api/v1/openapi.json',
    '/api/v1/nowhere',
    '/healthz',
    '/nowhere/at/all',
    '/ws/short',
  ];
  for (const path of paths) {
    test(`[HT9] ${path} is answered with security headers`, async () => {
      const { headers } = await fixture.request('GET', path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      const policy = headers.get('content-security-policy') ?? '';
      if (!path.startsWith('/ws/')) {
        expect(policy).not.toBe('');
        expect(policy).not.toContain('unsafe-eval');
        expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
        expect(headers.get('referrer-policy')).not.toBeNull();
        const framed = headers.get('x-frame-options') === 'DENY' || policy.includes("frame-ancestors 'none'");
        expect(framed).toBe(true);
      }
      expect(headers.get('x-powered-by')).toBeNull();
    });
  }

  test('[HT34] a response announces a keep-alive longer than that of proxies', async () => {
    const { headers } = await fixture.request('GET', '/healthz');
    expect(headers.get('connection')).toBe('keep-alive');
    expect(headers.get('keep-alive')).toBe('timeout=75');
  });

  test('[HT9] API responses are not cached', async () => {
    for (const path of ['/me', '/channels', '/users?q=a', '/nowhere']) {
      expect((await ada.api('GET', path)).headers.get('cache-control'), path).toContain('no-store');
    }
  });

  test('[HT6] an unknown route is answered 404, and a known one 401 without a user', async () => {
    const unknown = await ada.api('GET', '/nowhere');
    expect([unknown.status, unknown.code]).toEqual([404, 'not_found']);
    for (const path of ['/me', '/channels', '/users?q=a', '/sessions', '/invites', '/channels/c_1/messages']) {
      const answer = await fixture.request('GET', `/api/v1${path}`);
      expect([answer.status, answer.code], path).toEqual([401, 'missing_token']);
      const forged = await fixture.request('GET', `/api/v1${path}`, { headers: { Authorization: 'Bearer made-up' } });
      expect([forged.status, forged.code], path).toEqual([401, 'invalid_token']);
    }
  });

  test('[HT6] a body that is no JSON object is refused as bad_request', async () => {
    const headers = { Authorization: `Bearer ${ada.token}`, 'Content-Type': 'application/json' };
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"name":"x","kind":"public"}garbage',
      '[' + '['.repeat(20_000),
    ]) {
      const answer = await fixture.request('POST', '/api/v1/channels', { headers, body });
      expect([answer.status, answer.code], body.slice(0, 40)).toEqual([400, 'bad_request']);
    }
  });

  test('[HT6] a method that a route does not have is answered 404 or 405', async () => {
    const answer = await ada.api('DELETE', '/me');
    expect([404, 405]).toContain(answer.status);
    expect(answer.code).not.toBeNull();
  });

  test('no path reads a file outside of the web client’s folder', async () => {
    for (const path of [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/assets/../../../package.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/.env',
      '/assets/%00',
    ]) {
      const { text, status } = await fixture.request('GET', path);
      expect(text, path).not.toContain('"workspaces"');
      expect(text, path).not.toContain('root:');
      expect(status, path).toBeLessThan(500);
    }
  });

  test('[HT6] names of object properties as parameters cause no server error', async () => {
    for (const id of ['__proto__', 'constructor', 'toString', '%00', '%F0%9F%98%80', 'a'.repeat(5_000)]) {
      for (const path of [`/channels/${id}/messages`, `/users?ids=${id}`, `/channels/${id}/members`]) {
        expect((await ada.api('GET', path)).status, path.slice(0, 60)).toBeLessThan(500);
      }
    }
  });
});

describe('the OpenAPI document', () => {
  test('[HT10] the OpenAPI document describes every route with its responses, and its references resolve', async () => {
    const answer = await fixture.request('GET', '/api/v1/openapi.json');
    expect(answer.status).toBe(200);
    const document = JSON.parse(answer.text) as OpenApi;
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info.title).not.toBe('');
    expect(document.info.version).not.toBe('');
    const routes = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${bare(path)}`, operation] as const),
    );
    expect(routes.map(([route]) => route)).toEqual(expect.arrayContaining(ROUTES));
    for (const [route, operation] of routes) {
      expect(
        Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status)),
        route,
      ).toBe(true);
    }
    const references = [...answer.text.matchAll(/"\$ref":"#([^"]+)"/g)].map(([, pointer]) => pointer!);
    for (const pointer of references) expect(lookUp(document, pointer), pointer).toBeDefined();
    for (const [path, item] of Object.entries(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      for (const operation of Object.values(item)) {
        const declared = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name);
        expect(declared.toSorted(), path).toEqual(names.toSorted());
      }
    }
  });
});

describe('operations', () => {
  test('[HT31] the health check of a healthy server is answered 200', async () => {
    expect((await fixture.request('GET', '/healthz')).status).toBe(200);
  });

  test('[HT32] metrics are Prometheus text and contain no personal data', async () => {
    const client = await ada.connect();
    await client.settle();
    const { status, headers, text } = await fixture.request('GET', '/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    for (const line of text.trim().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .*|[a-zA-Z_:][\w:]*(\{.*\})? -?([\d.e+-]+|NaN|\+Inf))$/);
    }
    expect(text).toMatch(/parley\w*connections\w* [1-9]/);
    for (const secret of [ada.id, ada.token, ada.email, ada.name]) expect(text).not.toContain(secret);
  });

  test('[HT32] metrics are hidden from public addresses, in spite of X-Forwarded-For', async () => {
    await using behindProxy = await startFixture({ PARLEY_TRUSTED_PROXIES: '127.0.0.1' });
    const ask = (forwarded: string) =>
      behindProxy.request('GET', '/metrics', { headers: { 'X-Forwarded-For': forwarded } });
    expect((await ask('203.0.113.9')).status).toBe(404);
    expect((await ask('127.0.0.1, 203.0.113.9')).status).toBe(404);
    expect((await ask('10.1.2.3')).status).toBe(200);
  });

  test('[HT11] anyone can read what the sign-in page needs', async () => {
    expect((await fixture.request('GET', '/api/v1/server')).as(serverInfo)).toEqual({
      protocol: 1,
      signup: 'open',
      firstRun: false,
    });
  });

  test('[HT8] too many requests from one address are refused with a retry time', async () => {
    await using small = await startFixture();
    const { token } = await small.user();
    const headers = { Authorization: `Bearer ${token}` };
    const statuses: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 300 }, () => small.request('GET', `/api/v1/users?ids=${randomUUID()}`, { headers })),
      );
      statuses.push(...answers.map(({ status }) => status));
      const limited = answers.find(({ status }) => status === 429);
      if (limited === undefined) continue;
      expect(limited.code).toBe('rate_limited');
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
      break;
    }
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(500);
    expect(statuses).toContain(429);
  });
});

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  readonly responses: Record<string, object>;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

const ROUTES = [
  'GET /server',
  'POST /tickets',
  'GET /me',
  'PATCH /me',
  'GET /users',
  'PATCH /users/{}',
  'GET /channels',
  'POST /channels',
  'PATCH /channels/{}',
  'POST /channels/{}/join',
  'POST /channels/{}/leave',
  'GET /channels/{}/members',
  'POST /channels/{}/members',
  'DELETE /channels/{}/members/{}',
  'GET /channels/{}/messages',
  'POST /channels/{}/messages',
  'GET /sessions',
  'DELETE /sessions/{}',
  'GET /invites',
  'POST /invites',
  'DELETE /invites/{}',
  'GET /invites/{}',
];

/** Without the prefix and the parameters' names. */
function bare(path: string): string {
  return path.replace(/^\/api\/v1/, '').replaceAll(/\{\w+\}/g, '{}');
}

function lookUp(document: object, pointer: string): unknown {
  let at: unknown = document;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return at;
}
