import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineSentence, type Machine } from '../measure/machine.ts';
import type { Case, Context, Scenario } from '../scenarios/scenario.ts';
import { barChart, lineChart } from './charts.ts';
import { writePart } from './page.ts';
import { caseTable, conditions, lineTable } from './tables.ts';

const RESULTS = join(import.meta.dirname, '../results');

/** The result of one scenario, as stored in `results/`. */
export interface Result {
  readonly scenario: string;
  readonly title: string;
  readonly about: string;
  readonly takenAt: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly machine: Machine;
  readonly cases: readonly Case[];
}

export function toResult(scenario: Scenario, context: Context, found: Pick<Result, 'machine' | 'cases'>): Result {
  const { name, title, about } = scenario;
  const { rounds, seconds } = context;
  return { scenario: name, title, about, takenAt: new Date().toISOString(), rounds, seconds, ...found };
}

/** Stores a result as JSON and as a chart. */
export function storeResult(result: Result): void {
  mkdirSync(RESULTS, { recursive: true });
  const { scenario, title, cases } = result;
  const isGrowth = cases.some(({ point }) => point !== undefined);
  writeFileSync(join(RESULTS, `${scenario}.json`), `${JSON.stringify(result, roundNumbers, 2)}\n`);
  writeFileSync(join(RESULTS, `${scenario}.svg`), isGrowth ? lineChart(title, cases) : barChart(title, cases));
}

/** Writes the stored results of these scenarios into docs/results/performance.md. */
export function writePage(scenarios: readonly Scenario[]): void {
  const stored = scenarios
    .map(({ name }) => join(RESULTS, `${name}.json`))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Result);
  writePart('npm run bench', stored.map(section).join('\n'));
}

function section(result: Result): string {
  const { scenario, title, about, takenAt, rounds, seconds, machine, cases } = result;
  const lines = Map.groupBy(cases, ({ point }) => point?.line);
  const tables = [...lines].flatMap(([line, members]) => {
    return line === undefined
      ? members.map((measured) => `**${measured.name}**\n\n${caseTable(measured)}`)
      : [lineTable(members)];
  });
  const note = conditions(cases);
  const taken = `${takenAt.slice(0, 10)}, medians of ${rounds} rounds of ${seconds} s. ${machineSentence(machine)}`;
  return [
    `### ${title}\n`,
    `${about}\n`,
    `![${title}](../../bench/results/${scenario}.svg)\n`,
    `${tables.join('\n\n')}\n`,
    ...(note === null ? [] : [`${note}\n`]),
    `${taken}\n`,
  ].join('\n');
}

/** Four significant digits: the rest is noise, and would change every line with every run. */
export function roundNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
