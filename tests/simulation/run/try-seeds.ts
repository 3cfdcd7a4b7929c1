// Runs inside a mutated copy of the tree. Prints the guarantee whose check detected the mutant, the number of seeds
// until then, and on request the smallest failing plan.
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
