import { randomUUID } from 'node:crypto';
import { createInviteReply, inviteList, me, userList } from '@parley/protocol';
import { createApiClient, sendRequest } from '@parley/testkit/api-client';
import { expect, test } from 'vitest';
import { startClusterFixture, type ClusterNode, type ClusterFixture } from './fixture.ts';

/** Half of them on each node. */
const AT_ONCE = 8;

test('[HT3] one of several concurrent first sign-ups on two nodes owns the server', async () => {
  await using fixture = await startClusterFixture({ PARLEY_SIGNUP: 'open' });
  const signUps = await Promise.all(onBoth(fixture).map((node) => signUp(node)));
  expect(signUps.map(({ outcome }) => outcome)).toEqual(signUps.map(() => 200));
  const users = await Promise.all(
    signUps.map(async ({ token }) => (await createApiClient(fixture.server.url, token).api('GET', '/me')).as(me).user),
  );
  expect(users.map(({ role = 'none' }) => role).toSorted()).toEqual([...users.slice(1).map(() => 'member'), 'owner']);
  expect(new Set(users.map(({ handle }) => handle)).size).toBe(AT_ONCE);
  // One #general exists, and everyone is in it.
  for (const [n, { token }] of signUps.entries()) {
    const client = await fixture.connect({ ...fixture.nodes[n % 2]!.address, token });
    expect(client.ready.channels.map(({ name }) => name)).toEqual(['general']);
  }
});

test.each(['invite', 'closed'])(
  '[HT4] with sign-up %s, only one of the concurrent first sign-ups on two nodes creates an account',
  async (signup) => {
    await using fixture = await startClusterFixture({ PARLEY_SIGNUP: signup });
    const signUps = await Promise.all(onBoth(fixture).map((node) => signUp(node)));
    const refused = signup === 'invite' ? 'invite_required' : 'signup_closed';
    const outcomes = signUps.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome !== refused)).toEqual([200]);
    const owner = signUps.find(({ outcome }) => outcome === 200)!;
    expect((await createApiClient(fixture.server.url, owner.token).api('GET', '/me')).as(me).user.role).toBe('owner');
    const found = (await createApiClient(fixture.server.url, owner.token).api('GET', '/users?q=same')).as(userList);
    expect(found.users).toHaveLength(1);
  },
);

test('[HT28] an invite creates at most maxUses accounts on both nodes together', async () => {
  await using fixture = await startClusterFixture({ PARLEY_SIGNUP: 'invite' });
  const owner = await signUp(fixture.nodes[0]);
  for (const maxUses of [1, 3]) {
    const made = await createApiClient(fixture.server.url, owner.token).api('POST', '/invites', { maxUses });
    const { code, invite } = made.as(createInviteReply);
    const signUps = await Promise.all(onBoth(fixture).map((node) => signUp(node, { invite: code })));
    const outcomes = signUps.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome !== 'invite_invalid')).toEqual(
      Array.from({ length: maxUses }, () => 200),
    );
    const { invites } = (await createApiClient(fixture.server.url, owner.token).api('GET', '/invites')).as(inviteList);
    expect(invites.map(({ id }) => id)).not.toContain(invite.id);
  }
});

test('[HT1] concurrent sign-ups with one address on two nodes create one account', async () => {
  await using fixture = await startClusterFixture({ PARLEY_SIGNUP: 'open' });
  const email = `${randomUUID()}@example.org`;
  const signUps = await Promise.all(onBoth(fixture).map((node) => signUp(node, { email })));
  const outcomes = signUps.map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === 200)).toEqual([200]);
  expect(new Set(outcomes).size).toBe(2);
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
