import { sendRequest } from '@parley/testkit/api-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClusterFixture, type ClusterNode, type ClusterFixture } from './fixture.ts';

let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await startClusterFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** The rate limit of one node. */
interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

const COMMANDS: Rate = { burst: 600, perSecond: 60 };
const SIGN_INS_TO_ACCOUNT: Rate = { burst: 10, perSecond: 1 / 30 };

/** Makes `times` concurrent attempts on each node. Answers how many passed, and how many may have passed in that time. */
async function tryOnBoth(times: number, rate: Rate, passes: (node: ClusterNode) => () => Promise<boolean>) {
  const startedMs = performance.now();
  const outcomes = await Promise.all(
    fixture.nodes.map(async (node) => {
      const attempt = passes(node);
      const passed = await Promise.all(Array.from({ length: times }, () => attempt()));
      return passed.filter(Boolean).length;
    }),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  return { outcomes, most: Math.ceil(rate.burst + seconds * rate.perSecond) };
}

test('[HT8] password guesses on two nodes are limited to twice the rate of one node', async () => {
  const { email } = await fixture.account();
  const { outcomes, most } = await tryOnBoth(15, SIGN_INS_TO_ACCOUNT, (node) => async () => {
    const { status } = await sendRequest(node.url, {
      method: 'POST',
      path: '/api/auth/sign-in/email',
      headers: { Origin: node.url },
      body: { email, password: 'a guess' },
    });
    expect([401, 429]).toContain(status);
    return status === 401;
  });
  expectWithin(outcomes, [SIGN_INS_TO_ACCOUNT.burst, most]);
});

test('[LM5] commands on two nodes are limited to twice the rate of one node', async () => {
  const ada = await fixture.user();
  const clients = new Map(
    await Promise.all(fixture.nodes.map(async (node) => [node, await ada.connect(node.address)] as const)),
  );
  const { outcomes, most } = await tryOnBoth(900, COMMANDS, (node) => async () => {
    const reply = await clients.get(node)!.ask({ type: 'ping' });
    // Any other error also means that the limit let the command pass.
    return reply.type !== 'error' || reply.code !== 'rate_limited';
  });
  expectWithin(outcomes, [COMMANDS.burst, most]);
});

function expectWithin(outcomes: readonly number[], [least, most]: readonly [number, number]): void {
  for (const passed of outcomes) {
    expect(passed).toBeGreaterThanOrEqual(least);
    expect(passed).toBeLessThanOrEqual(most);
  }
}
