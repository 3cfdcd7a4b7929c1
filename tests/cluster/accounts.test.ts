import { randomUUID } from 'node:crypto';
import { createInviteReply, inviteList, me, userList } from '@parley/protocol';
import { createApiClient, sendRequest } from '@parley/testkit/api-client';
import { expect, test } from 'vitest';
import { startClusterFixture, type ClusterNode, type ClusterFixture } from './fixture.ts';

/** Half of them on each node. */
const AT_ONCE = 8;

test('[HT3] of first sign-ups at the same moment on two nodes one owns the server', async () => {
  await using fixture = await startClusterFixture({ PARLEY_SIGNUP: 'open' });
  const arrivals = await Promise.all(onBoth(fixture).map((node) => signUp(node)));
  expect(arrivals.map(({ outcome }) => outcome)).toEqual(arrivals.map(() => 200));
  const users = await Promise.all(
    arrivals.map(async ({ token }) => (await createApiClient(fixture.server.url, token).api('GET', '/me')).as(me).user),
  );
  expect(users.map(({ role = 'none' }) => role).toSorted()).toEqual([...users.slice(1).map(() => 'member'), 'owner']);
  expect(new Set(users.map(({ handle }) => handle)).size).toBe(AT_ONCE);
  // Whoever came first has #general, and everyone is in it.
  for (const [n, { token }] of arrivals.entries()) {
    const client = await fixture.connect({ ...fixture.nodes[n % 2]!.address, token });
    expect(client.ready.channels.map(({ name }) => name)).toEqual(['general']);
  }
});

test.each(['invite', 'closed'])(
  '[HT4] where sign-up is %s, one of the first sign-ups on two nodes makes an account, and no other',
  async (signup) => {
    await using fixture = await startClusterFixture({ PARLEY_SIGNUP: signup });
    const arrivals = await Promise.all(onBoth(fixture).map((node) => signUp(node)));
    const refused = signup === 'invite' ? 'invite_required' : 'signup_closed';
    const verdicts = arrivals.map(({ outcome }) => outcome);
    expect(verdicts.filter((verdict) => verdict !== refused)).toEqual([200]);
    const owner = arrivals.find(({ outcome }) => outcome === 200)!;
    expect((await createApiClient(fixture.server.url, owner.token).api('GET', '/me')).as(me).user.role).toBe('owner');
    const found = (await createApiClient(fixture.server.url, owner.token).api('GET', '/users?q=same')).as(userList);
    expect(found.users).toHaveLength(1);
  },
);

test('[HT28] an invite is good for as many accounts as it says, on both nodes together', async () => {
  await using fixture = await startClusterFixture({ PARLEY_SIGNUP: 'invite' });
  const owner = await signUp(fixture.nodes[0]);
  for (const maxUses of [1, 3]) {
    const made = await createApiClient(fixture.server.url, owner.token).api('POST', '/invites', { maxUses });
    const { code, invite } = made.as(createInviteReply);
    const arrivals = await Promise.all(onBoth(fixture).map((node) => signUp(node, { invite: code })));
    const verdicts = arrivals.map(({ outcome }) => outcome);
    expect(verdicts.filter((verdict) => verdict !== 'invite_invalid')).toEqual(
      Array.from({ length: maxUses }, () => 200),
    );
    const { invites } = (await createApiClient(fixture.server.url, owner.token).api('GET', '/invites')).as(inviteList);
    expect(invites.map(({ id }) => id)).not.toContain(invite.id);
  }
});

test('[HT1] one address is one account, also when it signs up on two nodes at once', async () => {
  await using fixture = await startClusterFixture({ PARLEY_SIGNUP: 'open' });
  const email = `${randomUUID()}@example.org`;
  const arrivals = await Promise.all(onBoth(fixture).map((node) => signUp(node, { email })));
  const verdicts = arrivals.map(({ outcome }) => outcome);
  expect(verdicts.filter((verdict) => verdict === 200)).toEqual([200]);
  expect(new Set(verdicts).size).toBe(2);
});

function onBoth(fixture: ClusterFixture): ClusterNode[] {
  return Array.from({ length: AT_ONCE }, (_, n) => fixture.nodes[n % 2]!);
}

interface SignUp {
  /** 200, or the code of the refusal. */
  readonly outcome: number | string;
  readonly token: string;
}

/** Under the same name as everyone else. */
async function signUp(
  node: ClusterNode,
  more: { readonly invite?: string; readonly email?: string } = {},
): Promise<SignUp> {
  const body = { name: 'The same name', email: `${randomUUID()}@example.org`, password: randomUUID(), ...more };
  const path = '/api/auth/sign-up/email';
  const response = await sendRequest(node.url, { method: 'POST', path, headers: { Origin: node.url }, body });
  return { outcome: response.code ?? response.status, token: response.headers.get('set-auth-token') ?? '' };
}
