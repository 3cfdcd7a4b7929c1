import { sendRequest } from '@parley/testkit/api-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClusterFixture, type ClusterNode, type ClusterFixture } from './fixture.ts';

let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await startClusterFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** What each node lets through of it: so many at once, and so many a second after that. */
interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

const COMMANDS: Rate = { burst: 600, perSecond: 60 };
const SIGN_INS_TO_ACCOUNT: Rate = { burst: 10, perSecond: 1 / 30 };

/** Does it `times` on each node, all at once, and answers how often it passed, and how often it may have. */
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

test('[HT8] who tries passwords on two nodes has twice as many guesses at an account, and no more', async () => {
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

test('[LM5] who sends commands on two nodes has twice as many, and no more', async () => {
  const ada = await fixture.user();
  const clients = new Map(
    await Promise.all(fixture.nodes.map(async (node) => [node, await ada.connect(node.address)] as const)),
  );
  const { outcomes, most } = await tryOnBoth(900, COMMANDS, (node) => async () => {
    const reply = await clients.get(node)!.ask({ type: 'ping' });
    // Whatever else a busy database answers, it was asked.
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
