import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../measure/machine.ts';
import { writePart } from '../report/page.ts';
import { roundNumbers } from '../report/results.ts';
import { markdownTable } from '../report/tables.ts';
import type { Figure, Finding, Unit } from './figures.ts';

const RESULTS = join(import.meta.dirname, '../results');
const RESULTS_FILE = join(RESULTS, 'web.json');

/** The results of one run, as stored in `results/`. */
interface Results {
  readonly takenAt: string;
  readonly browser: string;
  readonly machine: Machine;
  readonly findings: readonly Finding[];
}

/** Stores the new findings. Measures that were not run keep their previous findings. */
export function saveFindings(results: Results): void {
  mkdirSync(RESULTS, { recursive: true });
  const now = new Set(results.findings.map(({ name }) => name));
  const others = readResults()?.findings.filter(({ name }) => !now.has(name)) ?? [];
  const all = { ...results, findings: [...results.findings, ...others] };
  writeFileSync(RESULTS_FILE, `${JSON.stringify(all, roundNumbers, 2)}\n`);
}

/** Writes the stored findings into docs/results/performance.md. */
export function writeFindings(): void {
  const results = readResults();
  if (results === null) return;
  const sections = results.findings.map((finding) => {
    return `### ${finding.title}\n\n${finding.about}\n\n${findingTable(finding)}\n`;
  });
  writePart('npm run bench:web', [...sections, runConditions(results)].join('\n'));
}

function readResults(): Results | null {
  return existsSync(RESULTS_FILE) ? (JSON.parse(readFileSync(RESULTS_FILE, 'utf8')) as Results) : null;
}

/** A higher load before the run means that other processes were using the cores. */
const QUIET_LOAD = 0.5;

function runConditions({ takenAt, browser, machine }: Results): string {
  const { cpu, cores, virtual, memoryGb, loadBefore, commit } = machine;
  const busy = loadBefore > QUIET_LOAD ? ' **Taken on a busy machine: times are too long.**' : '';
  return (
    `${takenAt.slice(0, 10)}, Chromium ${browser}, headless, drawing in software, 1280 × 800; browser, server and script share ` +
    `${cores} cores${virtual ? ' of a virtual machine' : ''} (${cpu}, ${memoryGb} GB); load before the run ` +
    `${loadBefore.toFixed(2)}; Parley at ${commit}.${busy}\n`
  );
}

/** The figures as a Markdown table. */
export function findingTable({ figures }: Finding): string {
  return markdownTable([['', 'median', 'p95', 'max', 'times', 'budget'], ...figures.map(rowOf)]);
}

function rowOf({ label, unit, count, median, p95, max, budget }: Figure): string[] {
  const spread = count === 1 ? ['', ''] : [p95, max].map(SHOW[unit]);
  const met = budget === undefined ? '' : `${budget.of} ≤ ${SHOW[unit](budget.atMost)}`;
  const isMet = budget === undefined || { median, p95, max }[budget.of] <= budget.atMost;
  return [label, SHOW[unit](median), ...spread, String(count), isMet ? met : `**${met}**`];
}

const SHOW: Readonly<Record<Unit, (value: number) => string>> = {
  ms: (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`,
  px: (value) => `${value.toFixed(1)} px`,
  bytes: (value) => (value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`),
  count: (value) => Number(value.toPrecision(3)).toLocaleString('en'),
};
