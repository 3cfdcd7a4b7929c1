import { afterEach, expect, test, vi } from 'vitest';
import { describeError, request } from './request.ts';

afterEach(() => vi.unstubAllGlobals());

function stubResponse(respond: () => Response | Promise<never>): void {
  vi.stubGlobal('fetch', async () => respond());
}

test('a response is returned as a value', async () => {
  stubResponse(() => Response.json({ protocol: 1 }));
  expect(await request('GET', '/api/v1/server')).toEqual({ ok: true, value: { protocol: 1 } });
});

test('a response without a body is null', async () => {
  stubResponse(() => new Response(null, { status: 204 }));
  expect(await request('POST', '/x')).toEqual({ ok: true, value: null });
});

test('a refusal is returned as a value with its code', async () => {
  stubResponse(() => Response.json({ error: { code: 'conflict', message: 'taken' } }, { status: 409 }));
  const result = await request('POST', '/x', {});
  expect(result).toEqual({
    ok: false,
    error: { kind: 'refused', status: 409, code: 'conflict', message: 'taken' },
  });
});

test.each([
  ['no network', () => Promise.reject(new TypeError('failed to fetch'))],
  ['the error page of a proxy', () => new Response('<h1>502</h1>', { status: 502 })],
  ['JSON that is not from Parley', () => Response.json({ message: 'nope' }, { status: 500 })],
  ['an HTML page with status 200', () => new Response('<!doctype html>')],
])('%s counts as unreachable', async (_what, respond) => {
  stubResponse(respond);
  expect(await request('GET', '/x')).toEqual({ ok: false, error: { kind: 'unreachable' } });
});

test('a form can override the text of an error code', () => {
  const error = { kind: 'refused', status: 409, code: 'conflict', message: 'x' } as const;
  expect(describeError(error, { conflict: 'That name is taken.' })).toBe('That name is taken.');
  expect(describeError(error)).toBe('Something went wrong. Try again in a moment.');
});
