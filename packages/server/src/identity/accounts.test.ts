import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '#ports/store.ts';
import { countingPasswords } from '#testing/counting-passwords.ts';
import { httpFixture, type TestResponse, type HttpFixture } from '#testing/http-fixture.ts';

const FROM = { address: '203.0.113.7', userAgent: 'test' };
const NEW = { name: 'Bob', email: 'bob@example.org', password: 'the password of Bob' };

const statusAndCode = ({ status, code }: TestResponse) => [status, code];
const signUp = (fixture: HttpFixture, more: object = {}) =>
  fixture.request('POST', '/api/auth/sign-up/email', { body: { ...NEW, ...more } });
const signIn = (fixture: HttpFixture, email: string, password: string) =>
  fixture.request('POST', '/api/auth/sign-in/email', { body: { email, password } });

describe('sign-up', () => {
  test('[HT3] of several first accounts created at the same time exactly one owns the server', async () => {
    await using fixture = await httpFixture();
    const people = await Promise.all([fixture.signUp('Ada'), fixture.signUp('Bob'), fixture.signUp('Cyd')]);
    const users = await fixture.database.users.findMany(people.map(({ id }) => id));
    expect(users.map(({ role }) => role).toSorted()).toEqual(['member', 'member', 'owner']);
  });

  test('[HT4] of two concurrent first sign-ups the one that does not become the owner needs an invite', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_SIGNUP: 'invite' } });
    const responses = await Promise.all(
      ['a', 'b'].map((name) => signUp(fixture, { name, email: `${name}@example.org` })),
    );
    expect(responses.map(({ code }) => code ?? 'made').toSorted()).toEqual(['invite_required', 'made']);
    expect(await fixture.database.users.search('', 10)).toHaveLength(1);
  });

  test('concurrent sign-ups with the same name get different handles', async () => {
    await using fixture = await httpFixture();
    await fixture.signUp('Ada');
    const responses = await Promise.all(
      ['b', 'c', 'd', 'e', 'f'].map((letter) => signUp(fixture, { name: 'Bob', email: `${letter}@example.org` })),
    );
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const handles = (await fixture.database.users.search('bob', 10)).map(({ handle }) => handle);
    expect(handles.toSorted()).toEqual(['bob', 'bob-2', 'bob-3', 'bob-4', 'bob-5']);
  });

  test('[HT28] a failed sign-up does not use up its invite', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_SIGNUP: 'invite' } });
    const ada = await fixture.signUp('Ada');
    const { invite, code } = await fixture.auth.invites.create(ada.id, { expiresInMs: 60_000, maxUses: 1 });
    expect(statusAndCode(await signUp(fixture, { email: ada.email, invite: code }))).toEqual([409, 'conflict']);
    expect(await fixture.auth.invites.list()).toEqual([invite]);
    expect((await signUp(fixture, { invite: code })).status).toBe(200);
    expect(statusAndCode(await signUp(fixture, { email: 'late@example.org', invite: code }))).toEqual([
      403,
      'invite_invalid',
    ]);
  });

  test('[HT4] an expired invite is invalid', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_SIGNUP: 'invite' } });
    const ada = await fixture.signUp('Ada');
    const { code } = await fixture.auth.invites.create(ada.id, { expiresInMs: 60_000, maxUses: 1 });
    await fixture.clock.advance(60_000);
    expect((await fixture.request('GET', `/api/v1/invites/${code}`)).json).toEqual({ valid: false });
    expect(statusAndCode(await signUp(fixture, { invite: code }))).toEqual([403, 'invite_invalid']);
  });

  test('[HT4] an invite becomes invalid when its creator is no longer an admin', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const eve = await fixture.signUp('Eve');
    await ada.request('PATCH', `/api/v1/users/${eve.id}`, { role: 'admin' });
    const { code } = (await eve.request('POST', '/api/v1/invites')).json as { readonly code: string };
    expect((await fixture.request('GET', `/api/v1/invites/${code}`)).json).toEqual({ valid: true, by: 'Eve' });
    await ada.request('PATCH', `/api/v1/users/${eve.id}`, { role: 'member' });
    expect((await fixture.request('GET', `/api/v1/invites/${code}`)).json).toEqual({ valid: false });
  });

  test('a sign-up without a valid invite does not reveal whether an address has an account', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_SIGNUP: 'invite' } });
    const ada = await fixture.signUp('Ada');
    const taken = await signUp(fixture, { email: ada.email, invite: 'guess' });
    const free = await signUp(fixture, { invite: 'guess' });
    expect(statusAndCode(taken)).toEqual([403, 'invite_invalid']);
    expect(taken.text).toBe(free.text);
  });

  test('[HT5] a user who could not join #general at the sign-up joins it at the next request', async () => {
    let away = true;
    await using fixture = await httpFixture({
      wrapAuth: (deps) => ({
        ...deps,
        chat: {
          joinGeneral: (user) => (away ? Promise.reject(new StoreUnavailable('away')) : deps.chat.joinGeneral(user)),
        },
      }),
    });
    const ada = await fixture.signUp('Ada');
    expect((await ada.request('GET', '/api/v1/channels')).json).toMatchObject({ channels: [{ joined: false }] });
    away = false;
    expect((await ada.request('GET', '/api/v1/channels')).json).toMatchObject({ channels: [{ joined: true }] });
  });

  test('a password appears neither in the response nor in the log nor in the database', async () => {
    await using fixture = await httpFixture();
    const response = await signUp(fixture);
    expect(response.status).toBe(200);
    const rows = await fixture.database.kysely.selectFrom('credentials').selectAll().execute();
    expect(rows[0]?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    for (const text of [response.text, JSON.stringify(rows), ...fixture.logged]) {
      expect(text).not.toContain(NEW.password);
    }
  });
});

describe('sign-in', () => {
  test('an unknown address costs one password hash, as a wrong password does', async () => {
    const { passwords, count } = countingPasswords();
    await using fixture = await httpFixture({ wrapAuth: (deps) => ({ ...deps, passwords }) });
    const ada = await fixture.signUp('Ada');
    const hashesOf = async (email: string): Promise<number> => {
      const before = count();
      expect(statusAndCode(await signIn(fixture, email, 'wrong password'))).toEqual([401, 'invalid_credentials']);
      return count() - before;
    };
    // A hash takes tens of milliseconds and everything else a few, so equal counts mean equal durations.
    expect(await hashesOf(ada.email)).toBe(1);
    expect(await hashesOf('x@example.org')).toBe(1);
  });

  test('a user of JWTs has no password that could be guessed', async () => {
    await using fixture = await httpFixture();
    await fixture.database.users.createForSubject('someone', 'Sam');
    expect(statusAndCode(await signIn(fixture, '', ''))).toEqual([400, 'bad_request']);
    expect(statusAndCode(await signIn(fixture, 'sam@example.org', 'x'))).toEqual([401, 'invalid_credentials']);
  });

  test('a sign-in is refused when too many passwords wait to be hashed', async () => {
    await using fixture = await httpFixture({ env: { PARLEY_RATE_LIMITS: 'off' } });
    const responses = await Promise.all(
      Array.from({ length: 130 }, (_, number) => signIn(fixture, `${number}@example.org`, 'wrong password')),
    );
    const refused = responses.filter(({ code }) => code === 'unavailable');
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
    // Two are hashed and a hundred wait. Some may be finished before the last request arrives.
    const answered = responses.filter(({ code }) => code === 'invalid_credentials');
    expect(answered.length).toBeGreaterThanOrEqual(102);
    expect(answered.length + refused.length).toBe(130);
  });

  test('[HS13] a suspended user gets `suspended` only with the right password', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const eve = await fixture.signUp('Eve');
    await ada.request('PATCH', `/api/v1/users/${eve.id}`, { suspended: true });
    expect(statusAndCode(await signIn(fixture, eve.email, eve.password))).toEqual([403, 'suspended']);
    expect(statusAndCode(await signIn(fixture, eve.email, 'wrong password'))).toEqual([401, 'invalid_credentials']);
  });

  test('an expired session is deleted at the next sign-in of its user', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const old = new Date(fixture.clock.now() - 1).toISOString();
    await fixture.database.kysely.updateTable('sessions').set({ expires_at: old }).execute();
    expect((await signIn(fixture, ada.email, ada.password)).status).toBe(200);
    expect(await fixture.database.kysely.selectFrom('sessions').select('id').execute()).toHaveLength(1);
  });
});

describe('session', () => {
  test('[HT2] a sign-out ends the session at once and notifies its sockets', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const received = fixture.collectMessages(ada.id);
    const response = await ada.request('POST', '/api/auth/sign-out');
    expect(response.headers.get('set-cookie')).toMatch(/^parley\.session=; Max-Age=0; Path=\/; HttpOnly/);
    expect(received).toMatchObject([{ kind: 'session-ended', user: ada.id }]);
    expect(statusAndCode(await ada.request('GET', '/api/v1/me'))).toEqual([401, 'invalid_token']);
  });

  test('[HT2] a sign-out that can not be stored fails and keeps the cookie', async () => {
    await using fixture = await httpFixture({
      wrapHttp: (deps) => ({
        ...deps,
        sessions: { ...deps.sessions, end: () => Promise.reject(new StoreUnavailable('away')) },
      }),
    });
    const ada = await fixture.signUp('Ada');
    const response = await ada.request('POST', '/api/auth/sign-out');
    expect(statusAndCode(response)).toEqual([503, 'unavailable']);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  test('[HT33] a password change ends all sessions, and notifies their sockets after the browser has its new cookie', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const received = fixture.collectMessages(ada.id);
    const change = { currentPassword: ada.password, newPassword: 'another password' };
    const response = await ada.request('POST', '/api/auth/change-password', change);
    expect(response.status).toBe(200);
    expect(statusAndCode(await ada.request('GET', '/api/v1/me'))).toEqual([401, 'invalid_token']);
    const token = response.headers.get('set-auth-token') ?? '';
    expect((await fixture.request('GET', '/api/v1/me', { token })).status).toBe(200);
    // Notified at once, the browser would authenticate again before it has its new cookie.
    expect(received).toEqual([]);
    await fixture.clock.advance(300);
    expect(received).toMatchObject([{ kind: 'session-ended' }]);
    expect(statusAndCode(await signIn(fixture, ada.email, ada.password))).toEqual([401, 'invalid_credentials']);
    expect((await signIn(fixture, ada.email, 'another password')).status).toBe(200);
  });

  test('[HT33] a stolen session can not change the password, nor guess it', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const guess = () =>
      ada.request('POST', '/api/auth/change-password', { currentPassword: 'a guess', newPassword: 'another password' });
    const responses: TestResponse[] = [];
    for (let times = 0; times < 12; times += 1) responses.push(await guess());
    expect(responses.slice(0, 10).map(statusAndCode)).toEqual(
      responses.slice(0, 10).map(() => [401, 'invalid_credentials']),
    );
    expect(responses.slice(10).map(statusAndCode)).toEqual([
      [429, 'rate_limited'],
      [429, 'rate_limited'],
    ]);
    expect((await ada.request('GET', '/api/v1/me')).status).toBe(200);
  });

  test('a session is renewed while it is in use, and expires otherwise', async () => {
    await using fixture = await httpFixture();
    const ada = await fixture.signUp('Ada');
    const { kysely } = fixture.database;
    const expiresAt = async () =>
      new Date(
        (await kysely.selectFrom('sessions').select('expires_at').executeTakeFirstOrThrow()).expires_at,
      ).getTime();
    expect((await ada.request('GET', '/api/v1/me')).headers.get('set-cookie')).toBeNull();
    const inTwoDays = new Date(fixture.clock.now() + 2 * 86_400_000).toISOString();
    await kysely.updateTable('sessions').set({ expires_at: inTwoDays }).execute();
    const response = await fixture.request('GET', '/api/v1/me', { headers: { cookie: ada.cookie } });
    expect(response.headers.get('set-cookie')).toMatch(/^parley\.session=.*Max-Age=2592000/);
    expect((await expiresAt()) - fixture.clock.now()).toBeGreaterThan(29 * 86_400_000);
    fixture.clock.jump(31 * 86_400_000);
    expect(statusAndCode(await ada.request('GET', '/api/v1/me'))).toEqual([401, 'expired_token']);
  });

  test('[HT27] a user can not end a session of someone else', async () => {
    await using fixture = await httpFixture();
    const [ada, eve] = [await fixture.signUp('Ada'), await fixture.signUp('Eve')];
    const { sessions } = (await ada.request('GET', '/api/v1/sessions')).json as { sessions: { id: string }[] };
    expect(sessions).toMatchObject([{ current: true, address: '203.0.113.7' }]);
    expect((await eve.request('DELETE', `/api/v1/sessions/${sessions[0]?.id}`)).status).toBe(404);
    expect((await ada.request('GET', '/api/v1/me')).status).toBe(200);
  });

  test('[HS13] a session from before a suspension is refused as `suspended`, and stays invalid after it is lifted', async () => {
    await using fixture = await httpFixture();
    const [ada, eve] = [await fixture.signUp('Ada'), await fixture.signUp('Eve')];
    const received = fixture.collectMessages(eve.id);
    await ada.request('PATCH', `/api/v1/users/${eve.id}`, { suspended: true });
    expect(received).toEqual([{ kind: 'suspended', user: eve.id }]);
    expect(statusAndCode(await eve.request('GET', '/api/v1/me'))).toEqual([403, 'suspended']);
    await ada.request('PATCH', `/api/v1/users/${eve.id}`, { suspended: false });
    expect(statusAndCode(await eve.request('GET', '/api/v1/me'))).toEqual([401, 'invalid_token']);
    expect((await signIn(fixture, eve.email, eve.password)).status).toBe(200);
  });
});

describe('failure of the database', () => {
  test('a sign-up that fails half-way leaves nothing behind', async () => {
    await using fixture = await httpFixture();
    const { kysely } = fixture.database;
    await sql`alter table sessions rename to lost_sessions`.execute(kysely);
    expect(statusAndCode(await signUp(fixture))).toEqual([500, 'internal']);
    expect(await fixture.database.users.isEmpty()).toBe(true);
    await sql`alter table lost_sessions rename to sessions`.execute(kysely);
    expect((await signUp(fixture)).status).toBe(200);
  });

  test('a sign-up or sign-in while the database is unavailable gets `unavailable`, which allows a retry', async () => {
    await using fixture = await httpFixture();
    await fixture.database.close();
    await expect(fixture.auth.accounts.signUp({ ...NEW, invite: null }, FROM)).rejects.toThrow(StoreUnavailable);
    expect(statusAndCode(await signUp(fixture))).toEqual([503, 'unavailable']);
    expect(statusAndCode(await signIn(fixture, NEW.email, NEW.password))).toEqual([503, 'unavailable']);
  });
});
