import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { planOf } from './plan.ts';
import type { FromWorker, WorkerTask } from './pool.ts';
import { runPlan } from './run-plan.ts';
import { shrinkPlan } from './shrink-plan.ts';
import { watchUnhandledRejections } from './unhandled-rejections.ts';

const REPORT_EVERY = 50;
/** Cells of the shared memory. */
const NEXT_SEED = 0;
const FAILURES = 1;

const { shared, lastSeed, untilMs, maxFailures, shrinks } = workerData as WorkerTask;
let counts = new Map<string, number>();
let seeds = 0;
let currentSeed = 0;

function post(message: FromWorker): void {
  parentPort?.postMessage(message);
}

function report(): void {
  post({ kind: 'progress', seeds, counts });
  counts = new Map();
  seeds = 0;
}

async function runSeed(seed: number): Promise<void> {
  currentSeed = seed;
  const plan = planOf(seed);
  const { violation, counts: counted } = await runPlan(plan, { isRecorded: false });
  seeds += 1;
  for (const [what, count] of counted) counts.set(what, (counts.get(what) ?? 0) + count);
  if (violation === null) return;
  if (Atomics.add(shared, FAILURES, 1) >= maxFailures) return;
  const shrunk = shrinks ? await shrinkPlan(plan, violation.guarantee) : plan;
  const { violation: shown, history } = await runPlan(shrunk, { isRecorded: true });
  post({ kind: 'failure', failure: { seed, plan: shrunk, violation: shown ?? violation, history } });
}

watchUnhandledRejections();
process.on('exit', (code) => {
  // Synchronous: messages through the parent thread are lost by now.
  if (code !== 0) writeSync(process.stderr.fd, `The simulation of seed ${currentSeed} did not finish.\n`);
});
for (;;) {
  const seed = Atomics.add(shared, NEXT_SEED, 1);
  if (seed > lastSeed || Date.now() > untilMs || Atomics.load(shared, FAILURES) >= maxFailures) break;
  await runSeed(seed);
  if (seeds >= REPORT_EVERY) report();
}
report();
