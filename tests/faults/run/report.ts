import type { Fault } from '../faults/fault.ts';
import type { TrialResult } from './run-trial.ts';

const SHOWN_VIOLATIONS = 10;

/** Describes the violations of one trial and how to reproduce them. */
export function reportOf(name: string, { seed, faults, checkResult, checkerCommand }: TrialResult): string {
  const found = checkResult.violations
    .slice(0, SHOWN_VIOLATIONS)
    .map(({ kind, what, line }) => `  ${kind}, line ${line}: ${what}`);
  return [
    `${name}, seed ${seed}: ${checkResult.violations.length} violations after ${faults} faults`,
    ...found,
    `  repeat the plan (the timing of real processes differs): npm run faults -- --only ${name} --seed ${seed}`,
    ...(checkerCommand === null ? [] : [`  check the recorded history again: ${checkerCommand}`]),
  ].join('\n');
}

export interface TableOptions {
  /** Commit and seed, for the last column. */
  readonly at: string;
  /** Text with an earlier table. Its rows of other faults stay. */
  readonly before?: string;
}

/** Formats one row for each fault, in Markdown. */
export function tableOf(
  results: ReadonlyMap<Fault, readonly TrialResult[]>,
  { at, before = '' }: TableOptions,
): string {
  const head = [`| ${HEAD.join(' | ')} |`, `|${HEAD.map(() => '---').join('|')}|`];
  const written = [...results].map(([fault, trials]) => `| ${[...rowOf(fault, trials), at].join(' | ')} |`);
  const isWritten = (line: string): boolean => [...results.keys()].some(({ name }) => line.startsWith(startOf(name)));
  const old = before.includes(head.join('\n')) ? before.split('\n').filter((line) => line.startsWith('| `')) : [];
  return [...head, ...old.filter((line) => !isWritten(line)), ...written].join('\n');
}

function startOf(name: string): string {
  return `| \`${name}\` |`;
}

const HEAD = [
  'fault',
  'times',
  'operations attempted',
  'acknowledged',
  'refused',
  'unanswered (stored)',
  'events delivered',
  'lost',
  'duplicate',
  'reordered',
  'all violations',
  'converged, median / 95 % / worst',
  'after reconnecting, worst',
  'at commit',
] as const;

const REORDERED = [
  'wrong position',
  'order of one sender',
  'order of acknowledgements',
  'inconsistent',
  'delivery gap',
  'hole',
];

function rowOf({ name }: Fault, trials: readonly TrialResult[]): readonly (string | number)[] {
  const sum = (...counts: string[]): number =>
    counts.reduce(
      (total, count) => total + trials.reduce((all, { checkResult }) => all + (checkResult.counts[count] ?? 0), 0),
      0,
    );
  const violations = (...names: readonly string[]): number => sum(...names.map((kind) => `violations: ${kind}`));
  const whole = trials.flatMap(({ checkResult }) => checkResult.convergedMs).toSorted((a, b) => a - b);
  const afterOnline = trials.flatMap(({ checkResult }) => checkResult.convergedAfterOnlineMs);
  return [
    `\`${name}\``,
    trials.reduce((all, { faults }) => all + faults, 0),
    sum('attempt'),
    sum('acked'),
    sum('refused'),
    `${sum('without an answer')} (${sum('without an answer, yet stored')})`,
    sum('delivered'),
    violations('lost', 'gone'),
    violations('duplicate', 'unexpected'),
    violations(...REORDERED),
    trials.reduce((all, { checkResult }) => all + checkResult.violations.length, 0),
    [whole[Math.floor(whole.length / 2)], whole[Math.floor(whole.length * 0.95)], whole.at(-1)]
      .map(seconds)
      .join(' / '),
    seconds(Math.max(0, ...afterOnline)),
  ];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? 'never' : `${(ms / 1_000).toFixed(1)} s`;
}
