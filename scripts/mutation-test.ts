// `npm run mutants`: makes each mistake of simulation/mutants in a copy of the tree, and lets the simulation look for it with
// the seeds of an ordinary test run. `-- --only gap` takes those whose name has the word, `-- --write` puts the table into
// docs/guarantees.md, `-- --plans` prints the shortest plan that catches each. Nothing else in the working tree is touched.
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

interface Verdict {
  readonly seeds: number;
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
  `**${caughtCount} of ${mutants.length}** caught within ${values.seeds} worlds each, at commit \`${commit()}\`.`,
  '',
  '| mistake | caught by | after worlds |',
  '|---|---|---|',
  ...rows,
].join('\n');
console.log(`\n${summary}`);
if (values.write) writeBlock('mutants', summary);
process.exitCode = caughtCount < mutants.length ? 1 : 0;

function tryMutant(mutant: Mutant): Verdict {
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
  if (stdout === '') throw new Error(`"${mutant.name}" could not be tried:\n${stderr}`);
  return JSON.parse(stdout) as Verdict;
}

/** The sources, with every installed package linked. */
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
