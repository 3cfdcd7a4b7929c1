import { randomUUID } from 'node:crypto';
import { sessionList } from '@parley/protocol';
import type { RawClient } from '@parley/testkit/raw-client';
import { encodeFrame, OPCODE, openRawSocket } from '@parley/testkit/raw-socket';
import { newClientId, startFixture, type Account, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from './handshake-responses.ts';

let fixture: ServerFixture;
/** The first account, which owns the server. */
let owner: Account;

beforeAll(async () => {
  fixture = await startFixture();
  owner = await fixture.account();
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function expectClosed(clients: readonly RawClient[], code: number): Promise<void> {
  for (const { closed } of clients) expect((await closed).code).toBe(code);
}

async function signIn({ email, password }: Account): Promise<string> {
  const answer = await fixture.request('POST', '/api/auth/sign-in/email', {
    headers: { Origin: fixture.server.url },
    body: { email, password },
  });
  expect(answer.status).toBe(200);
  return answer.headers.get('set-auth-token')!;
}

async function signOut(token: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}`, Origin: fixture.server.url };
  expect((await fixture.request('POST', '/api/auth/sign-out', { headers, body: {} })).status).toBe(200);
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

describe('the end of a session', () => {
  test('[CL1] [CL11] [HT2] sign-out closes that session’s sockets, and no others', async () => {
    const ada = await fixture.account();
    const elsewhere = await signIn(ada);
    const [one, two] = [await ada.connect(), await ada.connect()];
    const other = await ada.connect({ token: elsewhere });
    await signOut(ada.token);
    await expectClosed([one, two], 4001);
    await other.settle();
  });

  test('[HT2] [HS12] the token and the cookie of an ended session are refused everywhere', async () => {
    const ada = await fixture.account();
    await signOut(ada.token);
    for (const attempt of [{ token: ada.token }, { headers: { Cookie: ada.cookie, Origin: fixture.server.url } }]) {
      expect(await refusalOf(fixture, { clientId: newClientId(), ...attempt })).toMatchObject({ status: 401 });
    }
    expect((await ada.api('GET', '/me')).status).toBe(401);
  });

  test('[HT27] [CL1] [CL11] ending a session from another device closes its sockets', async () => {
    const ada = await fixture.account();
    const stolen = await signIn(ada);
    const thief = await ada.connect({ token: stolen });
    const { sessions } = (await ada.api('GET', '/sessions')).as(sessionList);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(sessions).toHaveLength(2);
    const other = sessions.find(({ current }) => !current)!;
    expect((await ada.api('DELETE', `/sessions/${other.id}`)).status).toBe(204);
    await expectClosed([thief], 4001);
    expect((await fixture.request('GET', '/api/v1/me', bearer(stolen))).status).toBe(401);
    expect((await ada.api('GET', '/sessions')).as(sessionList).sessions).toHaveLength(1);
  });

  test('[HT27] a user can’t list or end the sessions of another user', async () => {
    const [ada, eve] = [await fixture.account(), await fixture.account()];
    const adas = await ada.connect();
    const { sessions } = (await ada.api('GET', '/sessions')).as(sessionList);
    const own = (await eve.api('GET', '/sessions')).as(sessionList).sessions.map(({ id }) => id);
    expect(own).not.toContain(sessions[0]!.id);
    expect((await eve.api('DELETE', `/sessions/${sessions[0]!.id}`)).status).toBe(404);
    await adas.settle();
  });

  test('[HT33] [CL1] [CL11] a changed password ends every session and starts a new one', async () => {
    const ada = await fixture.account();
    const stolen = await signIn(ada);
    const [own, thief] = [await ada.connect(), await ada.connect({ token: stolen })];
    const newPassword = randomUUID();
    const change = (currentPassword: string) =>
      fixture.request('POST', '/api/auth/change-password', {
        headers: { Authorization: `Bearer ${ada.token}`, Origin: fixture.server.url },
        body: { currentPassword, newPassword },
      });
    expect((await change('a guess')).code).toBe('invalid_credentials');
    const answer = await change(ada.password);
    expect(answer.status).toBe(200);
    await expectClosed([own, thief], 4001);
    for (const token of [ada.token, stolen]) {
      expect((await fixture.request('GET', '/api/v1/me', bearer(token))).status).toBe(401);
    }
    await (await ada.connect({ token: answer.headers.get('set-auth-token')! })).settle();
    await (await ada.connect({ token: await signIn({ ...ada, password: newPassword }) })).settle();
  });
});

describe('suspension', () => {
  test('[CL2] [CL11] [HS13] [HT16] a suspension closes every socket of the user and refuses new ones', async () => {
    const ada = await fixture.account();
    const grace = await fixture.user();
    for (const user of [ada, grace]) {
      const [one, two] = [await user.connect(), await user.connect()];
      expect((await owner.api('PATCH', `/users/${user.id}`, { suspended: true })).status).toBe(200);
      await expectClosed([one, two], 4003);
      const refusal = { status: 403, code: 'suspended' };
      expect(await refusalOf(fixture, { clientId: newClientId(), token: user.token })).toEqual(refusal);
      const http = await user.api('GET', '/me');
      expect([http.status, http.code]).toEqual([403, 'suspended']);
    }
  });

  test('[HS13] a user whose suspension was lifted can connect again', async () => {
    const ada = await fixture.user();
    await owner.api('PATCH', `/users/${ada.id}`, { suspended: true });
    await owner.api('PATCH', `/users/${ada.id}`, { suspended: false });
    await (await ada.connect()).settle();
  });
});

describe('forbidden messages', () => {
  test('[CL9] a binary frame closes the connection with 1003', async () => {
    const client = await (await fixture.user()).connect();
    client.sendBinary(Buffer.from('{"type":"ping","ref":1}'));
    expect((await client.closed).code).toBe(1003);
  });

  test('[CL8] [LM1] a message of 65,536 bytes is read, and a longer one closes the connection with 1009', async () => {
    const client = await (await fixture.user()).connect();
    const frame = (bytes: number) => '{"type":"ping","x":""}'.replace('""', `"${'x'.repeat(bytes - 22)}"`);
    client.sendText(frame(65_536));
    await client.waitFor('error', { code: 'bad_request' });
    client.sendText(frame(65_537));
    expect((await client.closed).code).toBe(1009);
  });

  test('[CL8] [LM1] a message that exceeds the limit over many fragments closes the connection with 1009', async () => {
    const { token } = await fixture.user();
    await using socket = await openRawSocket({
      port: fixture.server.port,
      path: `/ws/${newClientId()}`,
      headers: { Authorization: `Bearer ${token}` },
    });
    await socket.head;
    for (let part = 0; part < 5; part += 1) {
      socket.write(
        encodeFrame('x'.repeat(20_000), { opcode: part === 0 ? OPCODE.text : OPCODE.continuation, final: false }),
      );
    }
    expect(await socket.closeCode).toBe(1009);
  });
});
