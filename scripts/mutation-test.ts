// `npm run mutation` applies each mutant of tests/mutation to a copy of the tree, and runs the simulation on it with the seeds
// of an ordinary test run. `-- --only gap` selects mutants by a part of their name, `-- --write` puts the table into
// docs/results/mutation.md, `-- --plans` prints the shortest plan that detects each. The working tree stays as it is otherwise.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commit } from '@parley/testkit/git-commit';
import { applyMutant } from '../tests/mutation/apply.ts';
import type { Mutant } from '../tests/mutation/mutant.ts';
import { MUTANTS } from '../tests/mutation/mutants.ts';
import type { Plan } from '../tests/simulation/run/plan.ts';
import { writeBlock } from './update-generated-docs.ts';

const ROOT = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seeds: { type: 'string', default: '2000' },
    workers: { type: 'string', default: String(availableParallelism()) },
    plans: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

interface MutantResult {
  readonly seeds: number;
  /** Null when no seed detected it. */
  readonly caught: { readonly guarantee: string; readonly what: string; readonly plan: Plan } | null;
}

const copy = copyTree();
const mutants = MUTANTS.filter(({ name }) => name.includes(values.only));
const rows: string[] = [];
let caughtCount = 0;
for (const mutant of mutants) {
  const { caught, seeds } = tryMutant(mutant);
  if (caught !== null) caughtCount += 1;
  rows.push(`| ${mutant.name} | ${caught?.guarantee ?? '**nothing**'} | ${seeds} |`);
  console.log(`${rows.length}/${mutants.length} ${rows.at(-1)}`);
  if (values.plans && caught !== null) console.log(`${caught.what}\n${JSON.stringify(caught.plan)}`);
}
rmSync(copy, { recursive: true });
const summary = [
  `**${caughtCount} of ${mutants.length}** deliberate bugs were detected, each within ${values.seeds} simulated runs, at commit \`${commit()}\`.`,
  '',
  '| deliberate bug | detected by | after runs |',
  '|---|---|---|',
  ...rows,
].join('\n');
console.log(`\n${summary}`);
if (values.write) writeBlock('docs/results/mutation.md', 'mutation', summary);
process.exitCode = caughtCount < mutants.length ? 1 : 0;

function tryMutant(mutant: Mutant): MutantResult {
  const undo = applyMutant(mutant, copy);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--no-warnings',
      join(copy, 'tests/simulation/run/try-seeds.ts'),
      values.seeds,
      values.workers,
      String(values.plans),
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  undo();
  if (stdout === '') throw new Error(`The simulation of "${mutant.name}" failed:\n${stderr}`);
  return JSON.parse(stdout) as MutantResult;
}

/** Copies the sources and links every installed package. */
function copyTree(): string {
  const target = mkdtempSync(join(tmpdir(), 'parley-mutants-'));
  for (const folder of ['packages', 'tests/simulation']) {
    cpSync(join(ROOT, folder), join(target, folder), {
      recursive: true,
      filter: (source) => !/\/(node_modules|dist)$/.test(source),
    });
  }
  const modules = join(target, 'node_modules');
  mkdirSync(join(modules, '@parley'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@parley') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  for (const name of readdirSync(join(target, 'packages'))) {
    symlinkSync(join(target, 'packages', name), join(modules, '@parley', name));
  }
  return target;
}
