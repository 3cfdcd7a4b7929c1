import { ok } from '@parley/protocol';
import { settle, VirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';
import { MAX_GROUP_COMMIT, MAX_QUEUED_DRAFTS } from '#limits.ts';
import type { Store } from '#ports/store.ts';
import { nullLogger, nullMetrics } from '#testing/null-logger.ts';
import type { Change } from './change.ts';
import { createLog } from './log.ts';

/** A log over a store whose commits the test completes. */
function setUp() {
  const commits: { drafts: number; finish: () => void }[] = [];
  const store: Pick<Store, 'commit'> = {
    commit: (_scope, decide) =>
      new Promise((resolve) => {
        const empty = {
          channels: [],
          messages: [],
          members: [],
          handles: [],
          reactions: [],
          publicNames: [],
          users: [],
        };
        decided = 0;
        const { result } = decide(empty);
        commits.push({ drafts: decided, finish: () => resolve(result) });
      }),
  };
  let decided = 0;
  const log = createLog({
    store: store as Store,
    clock: new VirtualClock(),
    logger: nullLogger,
    metrics: nullMetrics,
    afterTurn: (task) => queueMicrotask(task),
    onCommitted: () => undefined,
    onUncertainCommit: () => undefined,
  });
  const change = (value: number): Change<number> => ({
    scope: {},
    decide: () => {
      decided += 1;
      return ok(value);
    },
  });
  return { log, commits, change };
}

test('changes of one turn share a commit', async () => {
  const { log, commits, change } = setUp();
  for (let n = 1; n <= 10; n += 1) void log.append(change(n));
  await settle();
  expect(commits.map(({ drafts }) => drafts)).toEqual([10]);
});

test('changes that arrive during a commit share the next one', async () => {
  const { log, commits, change } = setUp();
  const settled: number[] = [];
  for (let n = 1; n <= 10; n += 1) {
    void log.append(change(n)).then((outcome) => settled.push(outcome.ok ? outcome.value : -1));
    if (n === 1) await settle();
  }
  expect(commits.map(({ drafts }) => drafts)).toEqual([1]);
  expect(settled).toEqual([]);
  commits[0]?.finish();
  await settle();
  expect(settled).toEqual([1]);
  expect(commits.map(({ drafts }) => drafts)).toEqual([1, 9]);
  commits[1]?.finish();
  await settle();
  expect(settled).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a commit has at most MAX_GROUP_COMMIT changes, and the queue is bounded', async () => {
  const { log, commits, change } = setUp();
  const appended = Array.from({ length: MAX_QUEUED_DRAFTS + 2 }, (_, n) => log.append(change(n)));
  expect(await appended.at(-1)).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  await settle();
  expect(commits[0]?.drafts).toBe(MAX_GROUP_COMMIT);
});

test('a rule that throws fails alone', async () => {
  const { log, commits, change } = setUp();
  const broken: Change<number> = {
    scope: {},
    decide: () => {
      throw new Error('bug');
    },
  };
  const results = Promise.allSettled([log.append(change(1)), log.append(broken), log.append(change(2))]);
  for (let round = 0; round < 6; round += 1) {
    for (const { finish } of commits) finish();
    await settle();
  }
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
