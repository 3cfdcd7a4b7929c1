// `npm run proof -- --minutes 10`: as many simulated worlds as time allows, on every core. `-- --seeds 5000 --from 1` runs
// these, `-- --seed 42` tells the whole story of one. `--write` puts the summary into docs/guarantees.md. Ctrl-C ends a run
// early, with the summary of what was done.
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
// Not `exit`: what was printed may still be on its way to a pipe.
process.exitCode = failed ? 1 : 0;

async function runOne(seed: number): Promise<boolean> {
  watchUnhandledRejections();
  const { violation, history } = await runPlan(planOf(seed), { isRecorded: true });
  console.log(history.join('\n'));
  const verdict = violation === null ? 'keeps every law.' : `breaks ${violation.guarantee}: ${violation.what}`;
  console.log(`Seed ${seed} at commit ${commit()} ${verdict}`);
  return violation !== null;
}

async function runMany(): Promise<boolean> {
  const startedMs = Date.now();
  const minutes = values.minutes === undefined ? null : Number(values.minutes);
  const seeds = values.seeds === undefined ? (minutes === null ? 2_000 : 1_000_000_000) : Number(values.seeds);
  const enough = new AbortController();
  process.once('SIGINT', () => enough.abort());
  const result = await runPool({
    signal: enough.signal,
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
  if (values.write) writeBlock('proof', summary);
  return result.failures.length > 0;
}

/** On a terminal in one line, in a file every few thousand worlds. */
function showProgress(worlds: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${worlds} worlds `);
  else if (worlds % 5_000 < 50) console.log(`${worlds} worlds after ${process.uptime().toFixed(0)} s`);
}

function summaryOf({ seeds, failures, counts }: PoolResult, seconds: number): string {
  const from = Number(values.from);
  const speed = `${Math.round(seconds)} s, ${(seeds / seconds).toFixed(0)} a second`;
  const missing = coverageOf(counts).filter(({ count }) => count === 0);
  return [
    `${seeds} worlds (seeds ${from} to ${from + seeds - 1}) at commit \`${commit()}\`: **${failures.length} violations**.`,
    `${values.workers} threads, ${speed}. What happened in them:`,
    '',
    '| what | how often |',
    '|---|---|',
    ...sumsOf(counts).map(({ what, count }) => `| ${what} | ${count.toLocaleString('en')} |`),
    '',
    missing.length === 0
      ? `Each of the ${coverageOf(counts).length} kinds of step, fault, refusal and frame that must occur did.`
      : `Did not occur: ${missing.map(({ what }) => what).join(', ')}.`,
  ].join('\n');
}
