import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { REGRESSIONS } from './regressions.ts';
import { coverageOf } from './run/coverage.ts';
import { planOf } from './run/plan.ts';
import { runPool } from './run/pool.ts';
import { reportOf } from './run/report.ts';
import { runPlan } from './run/run-plan.ts';

/** About a minute on two free cores. `npm run simulate` runs as many as time allows. */
const SEEDS = 2_000;

test(`${SEEDS} simulations keep every guarantee and cover every required event`, async () => {
  const { seeds, failures, counts } = await runPool({ firstSeed: 1, seeds: SEEDS, workers: availableParallelism() });
  expect(failures.map(reportOf).join('\n\n')).toBe('');
  expect(seeds).toBe(SEEDS);
  expect(coverageOf(counts).filter(({ count }) => count === 0)).toEqual([]);
});

for (const { name, plan } of REGRESSIONS) {
  test(`regression: ${name}`, async () => {
    const { violation } = await runPlan(plan, { isRecorded: false });
    expect(violation).toBeNull();
  });
}

test('the same seed gives the same history, to the last line', async () => {
  let lines = 0;
  for (const seed of [1, 2, 3]) {
    const plan = planOf(seed);
    const [first, second] = [await runPlan(plan, { isRecorded: true }), await runPlan(plan, { isRecorded: true })];
    expect(second.history).toEqual(first.history);
    lines += first.history.length;
  }
  // Some histories are short, but not all of them.
  expect(lines).toBeGreaterThan(300);
});
