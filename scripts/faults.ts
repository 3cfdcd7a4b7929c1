// `npm run faults` injects faults into real server processes, for the figures in docs/results. `-- --only kill,stop` selects
// faults, `--cycles 20` sets the repetitions of each, `--minutes 5` limits the time, `--seed 7` repeats a plan, `--keep` keeps
// every history, `--write` puts the rows of this run into the tables.
import { parseArgs } from 'node:util';
import { commit } from '@parley/testkit/git-commit';
import { FAULTS, FAULTS_ON_NODES, FAULTS_ON_ONE_NODE } from '../tests/faults/faults/all-faults.ts';
import type { Fault } from '../tests/faults/faults/fault.ts';
import { reportOf, tableOf } from '../tests/faults/run/report.ts';
import { runFault } from '../tests/faults/run/run-fault.ts';
import type { TrialResult } from '../tests/faults/run/run-trial.ts';
import { missingServers } from './cluster-servers.mjs';
import { readBlock, writeBlock } from './update-generated-docs.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    cycles: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    write: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

const names = values.only?.split(',') ?? FAULTS.map(({ name }) => name);
const unknown = names.filter((name) => !FAULTS.some((fault) => fault.name === name));
if (unknown.length > 0) {
  console.error(`No such fault: ${unknown.join(', ')}. There are: ${FAULTS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const notInstalled = missingServers().map((server) => server.package);
const at = `\`${commit()}\`, seed ${values.seed}`;
const startedMs = performance.now();
const untilMs = values.minutes === undefined ? Infinity : startedMs + Number(values.minutes) * 60_000;
const results = new Map<Fault, readonly TrialResult[]>();
const skipped: string[] = [];
for (const fault of FAULTS.filter(({ name }) => names.includes(name))) {
  const reason = unsupportedReasonOf(fault);
  if (reason !== null) {
    skipped.push(`${fault.name} was skipped: ${reason}`);
    continue;
  }
  const repetitions = values.cycles === undefined ? fault.repetitions : Number(values.cycles);
  const trials = await runFault(fault, {
    seed: values.seed,
    repetitions,
    keep: values.keep,
    untilMs,
    progress: (injected) => process.stderr.write(`\r${fault.name} ${injected} of ${repetitions}  `),
  });
  process.stderr.write('\n');
  results.set(fault, trials);
  for (const trial of trials) if (trial.checkerCommand !== null) console.log(reportOf(fault.name, trial));
}
const minutes = Math.round((performance.now() - startedMs) / 60_000);
const summary = [tableOf(results, { at }), ...skipped].join('\n\n');
console.log(`\nAfter ${minutes} minutes:\n\n${summary}`);
if (values.write) writeTables();
const violations = [...results.values()]
  .flat()
  .reduce((sum, { checkResult }) => sum + checkResult.violations.length, 0);
console.log(`\n${violations} violations`);
process.exit(violations > 0 ? 1 : 0);

function unsupportedReasonOf({ nodes = 1, unsupportedReason }: Fault): string | null {
  if (nodes > 1 && notInstalled.length > 0) return `not installed: ${notInstalled.join(', ')}`;
  return unsupportedReason?.() ?? null;
}

/** Replaces the rows of the faults in this run. Other rows stay, each with the commit it was written at. */
function writeTables(): void {
  for (const { block, faults } of [
    { block: 'faults', faults: FAULTS_ON_ONE_NODE },
    { block: 'faults-nodes', faults: FAULTS_ON_NODES },
  ]) {
    const own = new Map([...results].filter(([fault]) => faults.includes(fault)));
    const page = `docs/results/${block}.md`;
    if (own.size > 0) writeBlock(page, block, tableOf(own, { at, before: readBlock(page, block) }));
  }
}
