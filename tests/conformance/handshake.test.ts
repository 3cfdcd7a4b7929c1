import { randomUUID } from 'node:crypto';
import { createChannel } from '@parley/testkit/api-fixtures';
import { connectRaw, HandshakeRefused } from '@parley/testkit/raw-client';
import { newClientId, post, startFixture, type TestUser, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainGetResponse, refusalOf, upgradeResponse } from './handshake-responses.ts';

const MAX_CONNECTIONS = 4;
let fixture: ServerFixture;

beforeAll(async () => {
  fixture = await startFixture({ PARLEY_MAX_CONNECTIONS_PER_USER: String(MAX_CONNECTIONS) });
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('clientId', () => {
  for (const clientId of [
    'short12',
    'x'.repeat(65),
    'has.dots1',
    'has%20blank',
    'h%C3%A4slich1',
    'c%2F..%2Fclient',
    '',
  ]) {
    test(`[HS1] [FR10] ${clientId === '' ? 'none' : clientId} is refused as clientId`, async () => {
      const { token } = await fixture.user();
      expect(await refusalOf(fixture, { clientId, token })).toEqual({ status: 400, code: 'invalid_client_id' });
    });
  }

  for (const clientId of ['x'.repeat(8), 'y'.repeat(64), '_-09azAZ']) {
    test(`[HS1] [FR10] ${clientId} is accepted as clientId`, async () => {
      const { token } = await fixture.user();
      expect(await upgradeResponse(fixture, { clientId, token })).toMatchObject({ status: 101 });
    });
  }

  test('[HS1] an invalid clientId is refused before the token is checked', async () => {
    expect(await refusalOf(fixture, { clientId: 'no' })).toEqual({ status: 400, code: 'invalid_client_id' });
  });

  test('[HS2] [CL3] a new connection with the same clientId supersedes the old one', async () => {
    const ada = await fixture.user();
    const old = await ada.connect();
    const fresh = await ada.connect({ clientId: old.clientId });
    expect((await old.closed).code).toBe(4009);
    await fresh.settle();
  });

  test('[HS2] one of ten concurrent connections with the same clientId stays open', async () => {
    const ada = await fixture.user();
    const clientId = newClientId();
    const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => ada.connect({ clientId })));
    const clients = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    const last = await ada.connect({ clientId });
    for (const client of clients) expect((await client.closed).code).toBe(4009);
    await last.settle();
  });

  test('[HS3] a clientId that another user holds is refused until it is released', async () => {
    const [ada, bob] = [await fixture.user(), await fixture.user()];
    const held = await ada.connect();
    const attempt = { clientId: held.clientId, token: bob.token };
    expect(await refusalOf(fixture, attempt)).toEqual({ status: 403, code: 'client_id_taken' });
    await held.settle();
    await held.close();
    await expect.poll(() => upgradeResponse(fixture, attempt)).toMatchObject({ status: 101 });
  });

  test('[HS3] one of two users who request the same clientId concurrently gets it', async () => {
    const [ada, bob] = [await fixture.user(), await fixture.user()];
    for (let round = 0; round < 10; round += 1) {
      const clientId = newClientId();
      const both = await Promise.allSettled([ada, bob].map((user) => user.connect({ clientId })));
      const clients = both.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
      expect(clients).toHaveLength(1);
      await clients[0]!.close();
    }
  });
});

describe('handshake responses', () => {
  test('[HS16] a plain GET of a valid handshake is answered 426', async () => {
    const { token } = await fixture.user();
    expect(await plainGetResponse(fixture, { clientId: newClientId(), token })).toMatchObject({
      status: 426,
      code: 'upgrade_required',
    });
  });

  test('[HS16] a plain GET neither supersedes a connection nor counts as one', async () => {
    const ada = await fixture.user();
    const client = await ada.connect();
    for (let times = 0; times < MAX_CONNECTIONS + 2; times += 1) {
      const response = await plainGetResponse(fixture, { clientId: client.clientId, token: ada.token });
      expect(response).toMatchObject({ status: 426 });
    }
    await client.settle();
    expect(await upgradeResponse(fixture, { clientId: newClientId(), token: ada.token })).toMatchObject({
      status: 101,
    });
  });

  test('[HS15] a refused upgrade is answered with a JSON error', async () => {
    const refused = await connectRaw({ url: fixture.server.url, clientId: newClientId() }).catch(
      (error: unknown) => error,
    );
    if (!(refused instanceof HandshakeRefused)) throw new Error('it was not refused');
    expect(refused.status).toBe(401);
    expect(refused.headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(refused.body)).toEqual({
      error: { code: 'missing_token', message: expect.any(String) as string },
    });
  });
});

describe('connection limits', () => {
  async function fill(user: TestUser) {
    return Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => user.connect()));
  }

  test('[HS17] a connection beyond the limit is refused with a retry time', async () => {
    const ada = await fixture.user();
    await fill(ada);
    const attempt = { clientId: newClientId(), token: ada.token };
    expect(await refusalOf(fixture, attempt)).toEqual({ status: 429, code: 'too_many_connections' });
    expect(Number((await upgradeResponse(fixture, attempt)).retryAfter)).toBeGreaterThan(0);
    expect(Number((await plainGetResponse(fixture, attempt)).retryAfter)).toBeGreaterThan(0);
  });

  test('[HS17] a connection that supersedes another does not count as an additional one', async () => {
    const ada = await fixture.user();
    const [first] = await fill(ada);
    const { clientId } = first!;
    expect(await plainGetResponse(fixture, { clientId, token: ada.token })).toMatchObject({ status: 426 });
    expect(await upgradeResponse(fixture, { clientId, token: ada.token })).toMatchObject({ status: 101 });
  });

  test('[HS17] closed connections and those of other users do not count', async () => {
    const [ada, bob] = [await fixture.user(), await fixture.user()];
    const [first] = await fill(ada);
    await (await bob.connect()).settle();
    await first!.close();
    const attempt = { clientId: newClientId(), token: ada.token };
    await expect.poll(() => upgradeResponse(fixture, attempt)).toMatchObject({ status: 101 });
  });

  test('[HS17] concurrent handshakes can’t exceed the limit', async () => {
    const ada = await fixture.user();
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => ada.connect()));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(MAX_CONNECTIONS);
  });
});

describe('ready', () => {
  test('[HS20] [HS21] `ready` is the first frame, is sent once, and has the user, limits and timers', async () => {
    const ada = await fixture.user();
    const before = Date.now();
    const client = await ada.connect();
    const { ready } = client;
    expect(ready).toMatchObject({
      protocol: 1,
      user: { id: ada.id, name: ada.name, handle: ada.handle },
      limits: { maxBodyChars: 10_000, maxFrameBytes: 65_536 },
      timers: { pingMs: 25_000, typingRepeatMs: 3_000, typingExpireMs: 6_000, sendTimeoutMs: 10_000 },
    });
    expect(ready.epoch).not.toBe('');
    expect(ready.serverTime).toBeGreaterThan(before - 5_000);
    expect(ready.serverTime).toBeLessThan(Date.now() + 5_000);
    await client.settle();
    expect(client.frames[0]).toBe(ready);
    expect(client.received('ready')).toHaveLength(1);
  });

  test('[HS21] `ready` lists every channel with head, cursor and counts, and the members of direct messages', async () => {
    const [ada, bob] = [await fixture.user(), await fixture.user()];
    const channel = await createChannel([ada, bob]);
    const adas = await ada.connect();
    await adas.ask({ type: 'send', channel, id: randomUUID(), body: `look, @${bob.handle}` });
    const { seq } = await post(adas, channel);
    const note = await adas.ask({ type: 'send', to: bob.id, id: randomUUID(), body: 'psst' });
    const { ready } = await bob.connect();
    const seen = ready.channels.find(({ id }) => id === channel);
    expect(seen).toMatchObject({ kind: 'private', topic: '', lastSeq: seq, unread: 2, mentions: 1 });
    expect(seen).not.toHaveProperty('members');
    const dm = ready.channels.find(({ kind }) => kind === 'dm');
    expect(note).toMatchObject({ type: 'ok', channel: dm!.id });
    expect(dm!.name).toBe('');
    expect(dm!.members!.toSorted()).toEqual([ada.id, bob.id].toSorted());
    expect(ready.channels.map(({ name }) => name)).toContain('general');
    expect(ready.online).toEqual([ada.id]);
  });

  test('[HS22] messages sent during a handshake are neither lost nor duplicated', async () => {
    const [ada, bob] = [await fixture.user(), await fixture.user()];
    const channel = await createChannel([ada, bob]);
    const adas = await ada.connect();
    const quiet = new AbortController();
    const talk = (async () => {
      while (!quiet.signal.aborted) await Promise.all(Array.from({ length: 5 }, () => post(adas, channel)));
    })();
    for (let round = 0; round < 10; round += 1) {
      const client = await bob.connect();
      const { lastSeq } = client.ready.channels.find(({ id }) => id === channel)!;
      await client.waitFor('message', { channel, seq: lastSeq + 3 });
      // Events up to the `lastSeq` of `ready` may arrive again; clients ignore them.
      const seqs = client.received('message', { channel }).flatMap(({ seq }) => (seq > lastSeq ? [seq] : []));
      expect(seqs).toEqual(seqs.map((_, index) => lastSeq + 1 + index));
      await client.close();
    }
    quiet.abort();
    await talk;
  });
});
