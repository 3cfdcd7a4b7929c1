// `npm run faults`: real server processes under real faults, for the figures in docs/results. `-- --only kill,stop`
// takes these kinds, `--cycles 20` does each so often, `--minutes 5` ends after that, `--seed 7` makes the same plan again,
// `--write` puts the lines of this run into the tables.
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
const unknown = names.filter((name) => !FAULTS.some((kind) => kind.name === name));
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
for (const kind of FAULTS.filter(({ name }) => names.includes(name))) {
  const obstacle = obstacleOf(kind);
  if (obstacle !== null) {
    skipped.push(`${kind.name} is skipped, it proves nothing in this run: ${obstacle}`);
    continue;
  }
  const cycles = values.cycles === undefined ? kind.repetitions : Number(values.cycles);
  const done = await runFault(kind, {
    seed: values.seed,
    faults: cycles,
    keep: values.keep,
    untilMs,
    progress: (faults) => process.stderr.write(`\r${kind.name} ${faults} of ${cycles}  `),
  });
  process.stderr.write('\n');
  results.set(kind, done);
  for (const scene of done) if (scene.again !== null) console.log(reportOf(kind.name, scene));
}
const minutes = Math.round((performance.now() - startedMs) / 60_000);
const summary = [tableOf(results, { at }), ...skipped].join('\n\n');
console.log(`\nAfter ${minutes} minutes:\n\n${summary}`);
if (values.write) writeTables();
const violations = [...results.values()].flat().reduce((sum, { verdict }) => sum + verdict.violations.length, 0);
console.log(`\n${violations} violations`);
process.exit(violations > 0 ? 1 : 0);

function obstacleOf({ nodes = 1, unsupportedReason }: Fault): string | null {
  if (nodes > 1 && notInstalled.length > 0) return `not installed: ${notInstalled.join(', ')}`;
  return unsupportedReason?.() ?? null;
}

/** Lines of kinds that were not in this run stay as they are, each with the commit it was written at. */
function writeTables(): void {
  for (const { block, kinds } of [
    { block: 'faults', kinds: FAULTS_ON_ONE_NODE },
    { block: 'faults-nodes', kinds: FAULTS_ON_NODES },
  ]) {
    const own = new Map([...results].filter(([kind]) => kinds.includes(kind)));
    const page = `docs/results/${block}.md`;
    if (own.size > 0) writeBlock(page, block, tableOf(own, { at, before: readBlock(page, block) }));
  }
}
