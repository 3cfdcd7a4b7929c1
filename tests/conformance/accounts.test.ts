import { randomUUID } from 'node:crypto';
import { createInviteReply, inviteCheck, inviteList, me, serverInfo, type ServerInfo } from '@parley/protocol';
import type { ApiResponse } from '@parley/testkit/api-client';
import { newClientId, startFixture, type Account, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { upgradeResponse } from './handshake-responses.ts';

let fixture: ServerFixture;
let owner: Account;

let before: ServerInfo;

beforeAll(async () => {
  // The default configuration, with JWT users added.
  fixture = await startFixture({ PARLEY_SIGNUP: 'invite' });
  before = (await fixture.request('GET', '/api/v1/server')).as(serverInfo);
  owner = await fixture.account('Olivia');
});
afterAll(() => fixture[Symbol.asyncDispose]());

interface Details {
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

const details = (): Details => ({ name: 'Ada', email: `${randomUUID()}@example.org`, password: randomUUID() });

async function signUp(body: object): Promise<ApiResponse> {
  return fixture.request('POST', '/api/auth/sign-up/email', { headers: { Origin: fixture.server.url }, body });
}

async function signIn(body: object): Promise<ApiResponse> {
  return fixture.request('POST', '/api/auth/sign-in/email', { headers: { Origin: fixture.server.url }, body });
}

async function invite(options: object = {}) {
  return (await owner.api('POST', '/invites', options)).as(createInviteReply);
}

const statusAndCode = ({ status, code }: ApiResponse) => [status, code];

describe('the first account', () => {
  test('[HT3] [HT11] the first account needs no invite and owns the server, the next one is a member', async () => {
    expect(before).toEqual({ protocol: 1, signup: 'invite', firstRun: true });
    expect((await owner.api('GET', '/me')).as(me)).toMatchObject({ email: owner.email, user: { role: 'owner' } });
    expect((await fixture.request('GET', '/api/v1/server')).as(serverInfo).firstRun).toBe(false);
    const { code } = await invite();
    const ada = await signUp({ ...details(), invite: code });
    const headers = { Authorization: `Bearer ${ada.headers.get('set-auth-token')}` };
    expect((await fixture.request('GET', '/api/v1/me', { headers })).as(me).user.role).toBe('member');
  });

  test('[HT3] one of several concurrent first accounts owns the server', async () => {
    await using fresh = await startFixture();
    const accounts = await Promise.all(Array.from({ length: 4 }, () => fresh.account()));
    const roles = await Promise.all(accounts.map(async (one) => (await one.api('GET', '/me')).as(me).user.role));
    expect(roles.filter((role) => role === 'owner')).toHaveLength(1);
    expect(roles.filter((role) => role === 'member')).toHaveLength(3);
  });

  test('[HT3] a JWT user does not become the owner of a new server', async () => {
    await using fresh = await startFixture();
    expect((await (await fresh.user()).api('GET', '/me')).as(me).user.role).toBe('member');
    expect((await (await fresh.account()).api('GET', '/me')).as(me).user.role).toBe('owner');
  });
});

describe('sign-up and sign-in', () => {
  test('[HT1] sign-up and sign-in answer the session cookie and its token in a header', async () => {
    const account = details();
    const up = await signUp({ ...account, invite: (await invite()).code });
    const answers = [up, await signIn({ email: account.email, password: account.password })];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      const token = answer.headers.get('set-auth-token')!;
      const [line, ...others] = answer.headers.getSetCookie();
      expect(others).toEqual([]);
      expect(line).toMatch(/; *HttpOnly/i);
      expect(line).toMatch(/; *SameSite=Lax/i);
      expect(line).toMatch(/; *Path=\//i);
      expect(line).not.toMatch(/; *Secure/i);
      const cookie = line!.split(';', 1)[0]!;
      for (const attempt of [{ token }, { headers: { Cookie: cookie, Origin: fixture.server.url } }]) {
        expect(await upgradeResponse(fixture, { clientId: newClientId(), ...attempt })).toMatchObject({ status: 101 });
      }
      expect(answer.text).not.toContain(account.password);
    }
  });

  test('[HT1] the session cookie is Secure when the public URL is https', async () => {
    await using secure = await startFixture({ PARLEY_URL: 'https://chat.example.org' });
    const body = details();
    const headers = { Origin: 'https://chat.example.org' };
    const answer = await secure.request('POST', '/api/auth/sign-up/email', { headers, body });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-.*; *Secure/i);
  });

  test('[HT1] an email address is case-insensitive', async () => {
    const account = details();
    const { code } = await invite();
    expect((await signUp({ ...account, email: account.email.toUpperCase(), invite: code })).status).toBe(200);
    expect((await signIn({ email: account.email, password: account.password })).status).toBe(200);
  });

  test('[HT6] a wrong password and an unknown email get the same response', async () => {
    const wrong = await signIn({ email: owner.email, password: 'not the password' });
    const unknown = await signIn({ email: `${randomUUID()}@example.org`, password: 'not the password' });
    expect(statusAndCode(wrong)).toEqual([401, 'invalid_credentials']);
    expect(wrong.text).toBe(unknown.text);
    expect(unknown.status).toBe(401);
  });

  test('[HT6] a sign-up with an invalid email, name or password is refused', async () => {
    const { code } = await invite();
    for (const wrong of [
      { email: 'not-an-email' },
      { email: { $ne: '' } },
      { name: '' },
      { name: 'a\u202eb' },
      { name: 'x'.repeat(81) },
      { password: 'short' },
      { password: 'x'.repeat(129) },
      { password: ['a', 'b'] },
    ]) {
      const answer = await signUp({ ...details(), invite: code, ...wrong });
      expect([400, 413], JSON.stringify(wrong)).toContain(answer.status);
      expect(answer.code, JSON.stringify(wrong)).not.toBeNull();
    }
    expect((await signUp({ ...details(), invite: code })).status).toBe(200);
  });

  test('[HT3] a sign-up can’t set the role, the id or the handle', async () => {
    const asked = { role: 'owner', id: owner.id, handle: owner.handle, suspended: false, emailVerified: true };
    const answer = await signUp({ ...details(), invite: (await invite()).code, ...asked });
    const headers = { Authorization: `Bearer ${answer.headers.get('set-auth-token')}` };
    const { user } = (await fixture.request('GET', '/api/v1/me', { headers })).as(me);
    expect(user.role).toBe('member');
    expect([user.id, user.handle]).not.toContain(owner.id);
    expect(user.handle).not.toBe(owner.handle);
  });

  test('[HT5] a new user is in #general and can’t leave it', async () => {
    for (const user of [owner, await fixture.user()]) {
      const { ready } = await user.connect();
      const general = ready.channels.find(({ name }) => name === 'general')!;
      expect(general).toMatchObject({ kind: 'public' });
      const answer = await user.api('POST', `/channels/${general.id}/leave`);
      expect(statusAndCode(answer)).toEqual([403, 'forbidden']);
    }
  });

  test('[HT5] members of #general receive the join of a new user', async () => {
    const client = await owner.connect();
    const { id } = await fixture.user();
    await client.waitFor('joined', { user: id });
  });
});

describe('invites', () => {
  test('[HT4] a sign-up needs a valid invite', async () => {
    expect(statusAndCode(await signUp(details()))).toEqual([403, 'invite_required']);
    expect(statusAndCode(await signUp({ ...details(), invite: 'made-up' }))).toEqual([403, 'invite_invalid']);
    const { code, url } = await invite();
    expect(url).toContain(code);
    expect((await signUp({ ...details(), invite: code })).status).toBe(200);
  });

  test('[HT28] [HT29] an invite code is answered once and never listed', async () => {
    const made = await invite({ maxUses: 3, expiresInMs: 60_000 });
    expect(made.invite).toMatchObject({ uses: 0, maxUses: 3 });
    expect(made.invite.expiresAt - made.invite.createdAt).toBe(60_000);
    const answer = await owner.api('GET', '/invites');
    expect(answer.as(inviteList).invites).toContainEqual(made.invite);
    expect(answer.text).not.toContain(made.code);
  });

  test('[HT28] an invite creates at most maxUses accounts under concurrent sign-ups', async () => {
    const { code, invite: made } = await invite({ maxUses: 2 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => signUp({ ...details(), invite: code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(statusAndCode(answer)).toEqual([403, 'invite_invalid']);
    }
    const { invites } = (await owner.api('GET', '/invites')).as(inviteList);
    expect(invites.find(({ id }) => id === made.id)?.uses ?? 2).toBe(2);
  });

  test('[HT29] a revoked invite is invalid', async () => {
    const { code, invite: made } = await invite();
    expect((await owner.api('DELETE', `/invites/${made.id}`)).status).toBe(204);
    expect(statusAndCode(await signUp({ ...details(), invite: code }))).toEqual([403, 'invite_invalid']);
    expect((await fixture.request('GET', `/api/v1/invites/${code}`)).as(inviteCheck).valid).toBe(false);
    expect(statusAndCode(await owner.api('DELETE', `/invites/${made.id}`))).toEqual([404, 'not_found']);
  });

  test('[HT30] anyone with an invite code can check it without an account', async () => {
    const { code } = await invite();
    expect((await fixture.request('GET', `/api/v1/invites/${code}`)).as(inviteCheck)).toEqual({
      valid: true,
      by: 'Olivia',
    });
    expect((await fixture.request('GET', '/api/v1/invites/made-up')).as(inviteCheck)).toEqual({ valid: false });
  });

  test('[HT28] an invite with invalid limits is refused', async () => {
    for (const options of [
      { maxUses: 0 },
      { maxUses: 1e9 },
      { expiresInMs: 0 },
      { expiresInMs: 1e15 },
      { code: 'mine' },
    ]) {
      expect(statusAndCode(await owner.api('POST', '/invites', options)), JSON.stringify(options)).toEqual([
        400,
        'bad_request',
      ]);
    }
  });

  test('[HT4] closed sign-up refuses invites and still accepts JWT users', async () => {
    await using closed = await startFixture({ PARLEY_SIGNUP: 'closed' });
    const { email } = await closed.account();
    expect(email).toContain('@');
    const headers = { Origin: closed.server.url };
    const answer = await closed.request('POST', '/api/auth/sign-up/email', { headers, body: details() });
    expect(statusAndCode(answer)).toEqual([403, 'signup_closed']);
    await (await (await closed.user()).connect()).settle();
    expect((await closed.request('GET', '/api/v1/server')).as(serverInfo).signup).toBe('closed');
  });

  test('[HT4] open sign-up needs no invite', async () => {
    await using open = await startFixture({ PARLEY_SIGNUP: 'open' });
    await open.account();
    await (await (await open.account()).connect()).settle();
  });
});

describe('password guessing', () => {
  test('[HT8] password guesses for one account are rate limited, and other accounts are not', async () => {
    const { code } = await invite();
    const victim = details();
    expect((await signUp({ ...victim, invite: code })).status).toBe(200);
    const guesses = await Promise.all(
      Array.from({ length: 20 }, () => signIn({ email: victim.email, password: 'wrong password' })),
    );
    const limited = guesses.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(5);
    for (const answer of limited) {
      expect(answer.code).toBe('rate_limited');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await signIn({ email: owner.email, password: owner.password })).status).toBe(200);
  });
});
