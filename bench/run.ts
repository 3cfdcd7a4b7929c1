// `npm run bench`: compares Parley with other servers and with the limits of the machine, see README.md.
import { resolve } from 'node:path';
import { buildPrograms } from './measure/build.ts';
import { describeMachine, machineSentence } from './measure/machine.ts';
import { readOptions, USAGE, type Options } from './options.ts';
import { storeResult, toResult, writePage } from './report/results.ts';
import { aligned, caseTable, conditions } from './report/tables.ts';
import { SCENARIOS } from './scenarios/all.ts';
import type { Case, Context } from './scenarios/scenario.ts';
import { profileInto } from './targets/parley.ts';

async function bench(options: Options): Promise<void> {
  const context: Context = { ...options, programs: buildPrograms(), log: (line) => console.error(line) };
  const machine = describeMachine();
  if (options.profileFolder !== null) profileInto(resolve(options.profileFolder));
  console.log(machineSentence(machine));
  for (const scenario of options.scenarios) {
    console.log(`\n${scenario.title}\n${scenario.about}`);
    const reason = scenario.unavailableReason?.() ?? null;
    if (reason !== null) {
      console.log(`\nSkipped: ${reason}`);
      continue;
    }
    const cases = await scenario.run(context);
    for (const measured of cases) printCase(measured);
    console.log(`\n${conditions(cases) ?? ''}`);
    // Results are not stored: a quick run is too small and profiling slows the server down.
    if (options.quick || options.profileFolder !== null) continue;
    storeResult(toResult(scenario, context, { machine, cases }));
    writePage(SCENARIOS);
  }
}

function printCase(measured: Case): void {
  console.log(`\n${measured.name}\n${aligned(caseTable(measured))}`);
}

function orUsage(read: () => Options): Options {
  try {
    return read();
  } catch (error) {
    console.error(
      [error instanceof Error ? error.message : String(error), USAGE].filter((text) => text !== '').join('\n\n'),
    );
    return process.exit(2);
  }
}

const options = orUsage(() => readOptions(process.argv.slice(2)));
if (options.reportOnly) writePage(SCENARIOS);
else await bench(options);
process.exit(0);
