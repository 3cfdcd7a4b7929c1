// `npm run simulate -- --minutes 10` runs as many simulations as time allows, on every core. `-- --seeds 5000 --from 1` runs
// these seeds, `-- --seed 42` prints the whole history of one. `--write` puts the summary into docs/results/simulation.md.
// Ctrl-C ends a run early and still prints the summary.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { commit } from '@parley/testkit/git-commit';
import { coverageOf, sumsOf } from '../tests/simulation/run/coverage.ts';
import { planOf } from '../tests/simulation/run/plan.ts';
import { type PoolResult, runPool } from '../tests/simulation/run/pool.ts';
import { reportOf } from '../tests/simulation/run/report.ts';
import { runPlan } from '../tests/simulation/run/run-plan.ts';
import { watchUnhandledRejections } from '../tests/simulation/run/unhandled-rejections.ts';
import { writeBlock } from './update-generated-docs.ts';

const PAGE = 'docs/results/simulation.md';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    write: { type: 'boolean', default: false },
  },
});

const failed = values.seed === undefined ? await runMany() : await runOne(Number(values.seed));
// Not `exit`: output may still be buffered for a pipe.
process.exitCode = failed ? 1 : 0;

async function runOne(seed: number): Promise<boolean> {
  watchUnhandledRejections();
  const { violation, history } = await runPlan(planOf(seed), { isRecorded: true });
  console.log(history.join('\n'));
  const outcome = violation === null ? 'keeps every guarantee.' : `breaks ${violation.guarantee}: ${violation.what}`;
  console.log(`Seed ${seed} at commit ${commit()} ${outcome}`);
  return violation !== null;
}

async function runMany(): Promise<boolean> {
  const startedMs = Date.now();
  const minutes = values.minutes === undefined ? null : Number(values.minutes);
  const seeds = values.seeds === undefined ? (minutes === null ? 2_000 : 1_000_000_000) : Number(values.seeds);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const result = await runPool({
    signal: interrupted.signal,
    firstSeed: Number(values.from),
    seeds,
    workers: Number(values.workers),
    ...(minutes === null ? {} : { untilMs: startedMs + minutes * 60_000 }),
    progress: showProgress,
  });
  for (const { what, count } of coverageOf(result.counts)) console.log(`${String(count).padStart(10)}  ${what}`);
  for (const failure of result.failures) console.log(`\n${reportOf(failure)}`);
  const summary = summaryOf(result, (Date.now() - startedMs) / 1_000);
  console.log(`\n${summary}`);
  if (values.write) writeBlock(PAGE, 'simulation', summary);
  return result.failures.length > 0;
}

/** Rewrites one line on a terminal. In a file, adds a line every few thousand runs. */
function showProgress(runs: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${runs} runs `);
  else if (runs % 5_000 < 50) console.log(`${runs} runs after ${process.uptime().toFixed(0)} s`);
}

function summaryOf({ seeds, failures, counts }: PoolResult, seconds: number): string {
  const from = Number(values.from);
  const speed = `${Math.round(seconds)} s, ${(seeds / seconds).toFixed(0)} runs a second`;
  const missing = coverageOf(counts).filter(({ count }) => count === 0);
  return [
    `${seeds.toLocaleString('en')} simulated runs, each with its own faults (seeds ${from} to ${from + seeds - 1}), at commit \`${commit()}\`: **${failures.length} of them broke a guarantee**.`,
    `${values.workers} threads, ${speed}. What happened in all of them together:`,
    '',
    '| event | count |',
    '|---|---|',
    ...sumsOf(counts).map(({ what, count }) => `| ${what} | ${count.toLocaleString('en')} |`),
    '',
    missing.length === 0
      ? `Each of the ${coverageOf(counts).length} required kinds of operation, fault, error and frame occurred.`
      : `Did not occur: ${missing.map(({ what }) => what).join(', ')}.`,
  ].join('\n');
}
