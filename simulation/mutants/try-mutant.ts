// Runs inside a copy of the tree in which one mistake was made: prints which law caught it, and with which seed.
import { runPool } from '../run/pool.ts';

const [seeds = '2000', workers = '2'] = process.argv.slice(2);
const { failures, seeds: done } = await runPool({
  firstSeed: 1,
  seeds: Number(seeds),
  workers: Number(workers),
  maxFailures: 1,
  shrinks: false,
});
const [failure] = failures;
const caught =
  failure === undefined ? null : { seed: failure.seed, law: failure.violation.law, what: failure.violation.what };
process.stdout.write(JSON.stringify({ seeds: done, caught }));
