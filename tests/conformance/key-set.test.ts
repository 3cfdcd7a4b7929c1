import { createHmac, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { me } from '@parley/protocol';
import { jwt } from '@parley/testkit/jwt';
import { startFixture, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, expect, test } from 'vitest';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const foreignKeys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
let issuer: Server;
let fixture: ServerFixture;

beforeAll(async () => {
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };
  issuer = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: [key] }));
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const { port } = issuer.address() as AddressInfo;
  fixture = await startFixture({ PARLEY_JWKS_URL: `http://127.0.0.1:${port}/jwks.json` });
});
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  issuer.close();
});

/** The claims signed with RSA, by `key`. */
function signed(claims: object, key = privateKey, header: object = { alg: 'RS256', kid: 'k1' }): string {
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const text = [header, { exp, ...claims }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createSign('sha256').update(text).sign(key).toString('base64url')}`;
}

async function statusAndCode(token: string) {
  const answer = await fixture.request('GET', '/api/v1/me', { headers: { Authorization: `Bearer ${token}` } });
  return [answer.status, answer.code];
}

test('[HS9] a JWT signed with a key of the key set is accepted beside JWTs of the shared secret', async () => {
  const token = signed({ sub: randomUUID(), name: 'Ada' });
  const answer = await fixture.request('GET', '/api/v1/me', { headers: { Authorization: `Bearer ${token}` } });
  expect(answer.as(me).user.name).toBe('Ada');
  expect((await fixture.connect({ token })).ready.user.name).toBe('Ada');
  expect(await statusAndCode(jwt({ sub: randomUUID() }))).toEqual([200, null]);
});

test('[HS10] a JWT signed with a key outside the set is refused, whatever key it names', async () => {
  const sub = randomUUID();
  expect(await statusAndCode(signed({ sub }, foreignKeys.privateKey))).toEqual([401, 'invalid_token']);
  const jwk = foreignKeys.publicKey.export({ format: 'jwk' });
  for (const header of [
    { alg: 'RS256', kid: 'k1', jwk },
    { alg: 'RS256', kid: 'k2' },
    { alg: 'RS256', jku: 'http://evil' },
  ]) {
    expect(await statusAndCode(signed({ sub }, foreignKeys.privateKey, header))).toEqual([401, 'invalid_token']);
  }
});

test('[HS10] a JWT that is signed with the public key as a shared secret is refused', async () => {
  const claims = { sub: randomUUID() };
  const header = { alg: 'HS256', kid: 'k1', typ: 'JWT' };
  const forms = [
    publicKey.export({ format: 'pem', type: 'spki' }),
    JSON.stringify(publicKey.export({ format: 'jwk' })),
    Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'),
  ];
  for (const form of forms) {
    const exp = Math.floor(Date.now() / 1_000) + 600;
    const text = [header, { exp, ...claims }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const token = `${text}.${createHmac('sha256', form).update(text).digest('base64url')}`;
    expect(await statusAndCode(token)).toEqual([401, 'invalid_token']);
  }
});

test('[HS12] [HS10] an expired JWT is refused as expired, and one without exp or sub as invalid', async () => {
  expect(await statusAndCode(signed({ sub: 'x', exp: 1_000 }))).toEqual([401, 'expired_token']);
  expect(await statusAndCode(signed({ sub: 'x', exp: undefined }))).toEqual([401, 'invalid_token']);
  expect(await statusAndCode(signed({}))).toEqual([401, 'invalid_token']);
});
