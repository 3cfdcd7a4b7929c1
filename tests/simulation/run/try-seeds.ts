// Runs inside a copy of the tree in which one mistake was made: prints which law caught it, with which seed, and, when asked
// for it, with a plan as small as could be found.
import { runPool } from './pool.ts';

const [seeds = '2000', workers = '2', shrinks = 'false'] = process.argv.slice(2);
const { failures, seeds: done } = await runPool({
  firstSeed: 1,
  seeds: Number(seeds),
  workers: Number(workers),
  maxFailures: 1,
  shrinks: shrinks === 'true',
});
const [failure] = failures;
const caught =
  failure === undefined
    ? null
    : { guarantee: failure.violation.guarantee, what: failure.violation.what, plan: failure.plan };
process.stdout.write(JSON.stringify({ seeds: done, caught }));
