// `npm run proof -- --minutes 10`: as many simulated worlds as time allows, on every core. `-- --seeds 5000 --from 1` runs
// these, `-- --seed 42` tells the whole story of one.
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { evidenceOf } from '../simulation/run/evidence.ts';
import { planOf } from '../simulation/run/plan.ts';
import { runPool } from '../simulation/run/pool.ts';
import { watchRejections } from '../simulation/run/rejections.ts';
import { reportOf } from '../simulation/run/report.ts';
import { runPlan } from '../simulation/run/run-plan.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

const failed = values.seed === undefined ? await runMany() : await runOne(Number(values.seed));
process.exit(failed ? 1 : 0);

async function runOne(seed: number): Promise<boolean> {
  watchRejections();
  const { violation, history } = await runPlan(planOf(seed), { isRecorded: true });
  console.log(history.join('\n'));
  console.log(
    violation === null ? `Seed ${seed} keeps every law.` : `Seed ${seed} breaks ${violation.law}: ${violation.what}`,
  );
  return violation !== null;
}

async function runMany(): Promise<boolean> {
  const startedMs = Date.now();
  const minutes = values.minutes === undefined ? null : Number(values.minutes);
  const seeds = values.seeds === undefined ? (minutes === null ? 2_000 : 1_000_000_000) : Number(values.seeds);
  const {
    failures,
    counts,
    seeds: done,
  } = await runPool({
    firstSeed: Number(values.from),
    seeds,
    workers: Number(values.workers),
    ...(minutes === null ? {} : { untilMs: startedMs + minutes * 60_000 }),
    progress: (count) => process.stdout.write(`\r${count} worlds`),
  });
  const seconds = (Date.now() - startedMs) / 1_000;
  console.log(`\r${done} worlds from seed ${values.from} at ${commit()}, ${(done / seconds).toFixed(0)} a second\n`);
  for (const { what, count } of evidenceOf(counts)) console.log(`${String(count).padStart(10)}  ${what}`);
  for (const failure of failures) console.log(`\n${reportOf(failure)}`);
  console.log(`\n${failures.length} violations`);
  return failures.length > 0;
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'an unknown commit';
  }
}
