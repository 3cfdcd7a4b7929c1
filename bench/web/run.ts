// `npm run bench:web` measures the web client in a real browser, see README.md.
import { parseArgs } from 'node:util';
import { describeMachine } from '../measure/machine.ts';
import { aligned } from '../report/tables.ts';
import type { Finding } from './figures.ts';
import { openWebFixture } from './fixture.ts';
import { busyChannel } from './measures/busy-channel.ts';
import { firstLoad } from './measures/first-load.ts';
import { scrolling } from './measures/scrolling.ts';
import { sending } from './measures/sending.ts';
import { switching } from './measures/switching.ts';
import { openPageSession } from './page-session.ts';
import { findingTable, saveFindings, writeFindings } from './report.ts';

const MEASURES = [firstLoad, sending, switching, busyChannel, scrolling];

const { values } = parseArgs({
  options: {
    /** Runs few repetitions to check that everything works. Stores nothing. */
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    /** Measures nothing. Writes docs/results/performance.md again from bench/results. */
    report: { type: 'boolean', default: false },
  },
});
const selected = values.only?.split(',') ?? MEASURES.map(({ name }) => name);
const unknown = selected.filter((name) => !MEASURES.some((measure) => measure.name === name));
if (unknown.length > 0) {
  throw new Error(`No such measure: ${unknown.join(', ')}. There are: ${MEASURES.map(({ name }) => name).join(', ')}.`);
}

if (!values.report) await bench();
else writeFindings();
process.exit(0);

async function bench(): Promise<void> {
  const machine = describeMachine();
  const findings: Finding[] = [];
  let browser = '';
  for (const measure of MEASURES.filter(({ name }) => selected.includes(name))) {
    // A new fixture for each measure, so that the state one leaves behind does not affect the next.
    await using fixture = await openWebFixture();
    browser = fixture.browserVersion;
    const figures = await measure.run(await openPageSession(fixture, values.quick));
    const { name, title, about } = measure;
    const finding = { name, title, about, figures };
    findings.push(finding);
    console.log(`\n${title}\n${aligned(findingTable(finding))}`);
  }
  // A quick run checks that the benchmark works. Its times mean nothing.
  if (values.quick) return;
  saveFindings({ takenAt: new Date().toISOString(), browser, machine, findings });
  writeFindings();
}
