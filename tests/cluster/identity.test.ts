import { ticketReply } from '@parley/protocol';
import { createApiClient, sendRequest } from '@parley/testkit/api-client';
import { HandshakeRefused } from '@parley/testkit/raw-client';
import { newClientId, type Account } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClusterFixture, type ClusterFixture } from './fixture.ts';

let fixture: ClusterFixture;
/** The first account, which owns the server. */
let owner: Account;

beforeAll(async () => {
  fixture = await startClusterFixture();
  owner = await fixture.account();
});
afterAll(() => fixture[Symbol.asyncDispose]());

test('[CL3] a device that reconnects to another node supersedes its old connection', async () => {
  const [one, two] = fixture.nodes;
  const ada = await fixture.user();
  const clientId = newClientId();
  let old = await ada.connect({ ...one.address, clientId });
  for (const node of [two, one, two]) {
    const next = await ada.connect({ ...node.address, clientId });
    expect((await old.closed).code).toBe(4009);
    old = next;
  }
  await old.settle();
});

test('[HS3] a clientId held on one node is refused to other users on both, until it is released', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob] = [await fixture.user(), await fixture.user()];
  const held = await ada.connect(one.address);
  const { clientId } = held;
  for (const node of [one, two]) {
    expect(await handshakeOutcome(bob.connect({ ...node.address, clientId }))).toBe('client_id_taken');
  }
  await held.settle();
  await held.close();
  for (const node of [one, two]) {
    await expect.poll(() => handshakeOutcome(bob.connect({ ...node.address, clientId }))).toBe('accepted');
  }
});

test('[HS3] one of two users who request the same clientId on two nodes concurrently gets it', async () => {
  const users = [await fixture.user(), await fixture.user()];
  for (let round = 0; round < 20; round += 1) {
    const clientId = newClientId();
    const attempts = users.map((user, n) => user.connect({ ...fixture.nodes[n]!.address, clientId }));
    const outcomes = await Promise.all(attempts.map(handshakeOutcome));
    expect(outcomes.toSorted()).toEqual(['accepted', 'client_id_taken']);
    for (const attempt of await Promise.allSettled(attempts)) {
      if (attempt.status === 'fulfilled') await attempt.value.close();
    }
  }
});

test('a ticket of one node is accepted on the other, once', async () => {
  const [one, two] = fixture.nodes;
  const ada = await fixture.account();
  const { ticket } = (await ada.api('POST', '/tickets')).as(ticketReply);
  const client = await fixture.connect({ ...two.address, query: `?token=${ticket}` });
  expect(client.ready.user.id).toBe(ada.id);
  for (const node of [one, two]) {
    const refused = await fixture
      .connect({ ...node.address, query: `?token=${ticket}` })
      .catch((error: unknown) => error);
    expect((refused as HandshakeRefused).status).toBe(401);
  }
});

test('a session of one node is accepted on the other, by token and by cookie', async () => {
  const ada = await fixture.account();
  for (const node of fixture.nodes) {
    expect((await createApiClient(node.url, ada.token).api('GET', '/me')).status).toBe(200);
    const client = await fixture.connect({ ...node.address, headers: { Cookie: ada.cookie, Origin: node.url } });
    expect(client.ready.user.id).toBe(ada.id);
  }
});

test('[CL1] sign-out on one node closes the session’s sockets on the other', async () => {
  const [one, two] = fixture.nodes;
  const ada = await fixture.account();
  const sockets = [await ada.connect(one.address), await ada.connect(two.address)];
  const headers = { Authorization: `Bearer ${ada.token}`, Origin: one.url };
  const response = await sendRequest(one.url, { method: 'POST', path: '/api/auth/sign-out', headers, body: {} });
  expect(response.status).toBe(200);
  for (const { closed } of sockets) expect((await closed).code).toBe(4001);
  expect((await createApiClient(two.url, ada.token).api('GET', '/me')).status).toBe(401);
});

test('[CL1] a suspension on one node closes the user’s sockets on the other', async () => {
  const [one, two] = fixture.nodes;
  const ada = await fixture.account();
  const sockets = [await ada.connect(one.address), await ada.connect(two.address)];
  expect(
    (await createApiClient(one.url, owner.token).api('PATCH', `/users/${ada.id}`, { suspended: true })).status,
  ).toBe(200);
  for (const { closed } of sockets) expect((await closed).code).toBe(4003);
});

test('a changed name is delivered on the other node', async () => {
  const [one, two] = fixture.nodes;
  const [ada, bob] = [await fixture.account(), await fixture.user()];
  const bobs = await bob.connect(two.address);
  expect((await createApiClient(one.url, ada.token).api('PATCH', '/me', { name: 'Ada of two nodes' })).status).toBe(
    200,
  );
  await bobs.waitFor('user', { user: { id: ada.id, name: 'Ada of two nodes' } });
});

/** The code of a refused handshake. */
async function handshakeOutcome(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof HandshakeRefused)) throw error;
    return (JSON.parse(error.body) as { error: { code: string } }).error.code;
  }
}
